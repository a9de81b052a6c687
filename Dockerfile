# The same commands as on any machine: `make install`, `candid models install`, `candid serve`.
FROM python:3.13-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /candid
COPY Makefile pyproject.toml README.md LICENSE ./
COPY requirements requirements
COPY app app
COPY adapters adapters
RUN make install
ENV CANDID_ENGINE__MODELS_DIR=/candid/models
RUN .venv/bin/candid models install

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /candid candid && install -d -o candid /data
COPY --from=build /candid /candid
WORKDIR /candid
USER candid
# The root file system may be read-only: nothing is compiled, cached or spooled outside /data.
ENV PYTHONDONTWRITEBYTECODE=1 CANDID_DATA_DIR=/data CANDID_HOST=0.0.0.0 CANDID_ENGINE__MODELS_DIR=/candid/models \
    PATH=/candid/.venv/bin:$PATH
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD candid health || exit 1
CMD ["candid", "serve"]
