# syntax=docker/dockerfile:1

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4-openssl-dev libpcap-dev libpsl-dev libseccomp-dev zlib1g-dev libzstd-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# The dependencies first: they change less often than the sources.
COPY Package.* ./
RUN swift package resolve
COPY . .
RUN swift build -c release --static-swift-stdlib --product egret \
    && install -D --strip "$(swift build -c release --show-bin-path)/egret" /install/usr/bin/egret \
    && mkdir -p /install/usr/share/egret \
    && cp -r rules /install/usr/share/egret/rules

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpcap0.8 libpsl5 libseccomp2 libstdc++6 libzstd1 tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --user-group --home-dir /var/lib/egret --create-home egret
COPY --from=build /install/ /
WORKDIR /var/lib/egret
# Analysing files needs no privilege. Watching an interface needs CAP_NET_RAW, which a user other than root does not get
# from --cap-add: run that with --user 0 --cap-drop ALL --cap-add NET_RAW.
USER egret
ENTRYPOINT ["egret"]
CMD ["--help"]
