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
ENV CANDID_DATA_DIR=/data CANDID_HOST=0.0.0.0 CANDID_ENGINE__MODELS_DIR=/candid/models \
    PATH=/candid/.venv/bin:$PATH
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/ready')"]
CMD ["candid", "serve"]
