-- What is lost and what came twice, by sensor and run. A live sensor leaves a gap of a million after a crash (docs/EVENTS.md): that is
-- no loss, and `seq` continues under another boot.
SELECT sensor_id, boot, min(first) AS first_seq, max(last) AS last_seq, groupBitmapMerge(seen) AS arrived,
    last_seq - first_seq + 1 - arrived AS lost, sum(delivered) - arrived AS delivered_twice
FROM egret.arrived
GROUP BY sensor_id, boot
HAVING lost > 0 OR delivered_twice > 0
ORDER BY lost DESC, sensor_id;

-- Which numbers are missing of one run: after which number, and how many.
WITH (
    SELECT arraySort(bitmapToArray(groupBitmapMergeState(seen)))
    FROM egret.arrived
    WHERE sensor_id = {sensor:String} AND boot = {boot:String}
) AS numbers
SELECT after, next - after - 1 AS missing
FROM (SELECT arrayJoin(arrayZip(arrayPopBack(numbers), arrayPopFront(numbers))) AS pair, pair.1 AS after, pair.2 AS next)
WHERE next - after > 1
ORDER BY after;
