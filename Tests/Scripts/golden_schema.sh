#!/usr/bin/env bash
# Every golden event, and every event that stands as an example, is one that docs/schema/events.schema.json allows.
set -uo pipefail
cd "$(dirname "$0")/../.."
exec python3 Tests/Scripts/validate_events.py < <(cat Tests/Golden/*.jsonl)
