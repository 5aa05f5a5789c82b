# A static binary and the certificates of public authorities, and nothing else: no shell, no libc.
#
#   docker build -t trailhaul .
#   docker run --rm -v trailhaul-state:/state -v trailhaul-dead-letters:/dead-letters \
#     -e TRAILHAUL_TO=https://search.example.com:9200 -e AWS_REGION -e AWS_ACCESS_KEY_ID \
#     -e AWS_SECRET_ACCESS_KEY -e AWS_SESSION_TOKEN trailhaul
FROM rust:1.95.0-bookworm AS build
# The image's own toolchain; rust-toolchain.toml would fetch what only development needs.
ENV RUSTUP_TOOLCHAIN=1.95.0
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates cmake musl-tools \
 && rustup target add "$(uname -m)-unknown-linux-musl"
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin trailhaul --target "$(uname -m)-unknown-linux-musl" \
 && install -D -s -m 755 target/*/release/trailhaul /image/usr/bin/trailhaul \
 && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt \
 && install -d -m 700 -o 65532 -g 65532 /image/state /image/dead-letters \
 && install -d -m 1777 /image/tmp

FROM scratch
COPY --from=build /image /
USER 65532:65532
WORKDIR /state
ENV STATE_DIRECTORY=/state \
    TRAILHAUL_DEAD_LETTERS=/dead-letters/dead-letters.ndjson
VOLUME ["/state", "/dead-letters"]
ENTRYPOINT ["/usr/bin/trailhaul"]
CMD ["load"]
