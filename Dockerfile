FROM python:3.11-slim-bookworm

RUN useradd --create-home --uid 10001 equity
WORKDIR /srv/equity
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && mkdir -p /var/lib/equity && chown equity /var/lib/equity

USER equity
ENV EQUITY_VAR=/var/lib/equity MPLCONFIGDIR=/tmp/matplotlib
VOLUME /var/lib/equity
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/ready', timeout=4)"]
# a volume without a snapshot gets the sample first
CMD ["sh", "-c", "test -e \"$EQUITY_VAR/current\" || equity-map ingest --sample; exec equity-map serve --host 0.0.0.0"]
