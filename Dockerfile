# syntax=docker/dockerfile:1

# Any image of Debian 12 with Swift 6.2 or later. Its glibc is the oldest that the program then runs with.
ARG SWIFT_IMAGE=swift:6.3-bookworm
# Where the installed tree /install comes from: the stage that compiles it, or an image that has it already.
ARG INSTALLED=compile
# The same of /install-audit, for the image of the audit.
ARG AUDIT_INSTALLED=compile-audit

FROM ${SWIFT_IMAGE} AS compile
WORKDIR /source
COPY scripts/setup.sh scripts/
RUN scripts/setup.sh build \
    && apt-get update \
    && apt-get install -y --no-install-recommends python3-minimal ca-certificates \
    && rm -rf /var/lib/apt/lists/*
# The dependencies first: they change less often than the sources.
COPY Package.* ./
RUN swift package --scratch-path .build-release resolve
COPY . .
ARG SOURCE_DATE_EPOCH
RUN scripts/stage.sh /install

# The audit is an image of its own: build with --target audit. It needs no privilege and no network.
FROM compile AS compile-audit
RUN scripts/stage_audit.sh /install-audit

FROM ${AUDIT_INSTALLED} AS assemble-audit
COPY deploy/image/assemble.sh /assemble.sh
RUN /assemble.sh /install-audit /image-audit egret-audit

FROM scratch AS audit
COPY --from=assemble-audit /image-audit/ /
ENV PATH=/usr/bin
USER 65532:65532
ENTRYPOINT ["/usr/bin/egret-audit"]
CMD ["--help"]

# The whole of the image: the program, what it links, time zones, certificates, and a user.
FROM ${INSTALLED} AS assemble
COPY deploy/image/assemble.sh /assemble.sh
RUN /assemble.sh /install /image

FROM scratch
COPY --from=assemble /image/ /
ENV PATH=/usr/bin
# Analysing files needs no privilege. Watching an interface needs CAP_NET_RAW, which a user other than root does not get
# from --cap-add: run that with --user 0 --cap-drop ALL --cap-add NET_RAW, which leaves root nothing but the capture.
USER 65532:65532
ENTRYPOINT ["/usr/bin/egret"]
CMD ["--help"]
