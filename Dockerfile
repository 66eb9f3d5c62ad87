# The image of web, workers and scheduler; docker-compose.yml says which runs what.
FROM python:3.11-slim AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /opt/edu-csv \
    && /opt/edu-csv/bin/pip install --no-cache-dir --require-hashes -r /tmp/base.txt

FROM python:3.11-slim
ENV PATH=/opt/edu-csv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=edu_csv.settings.production \
    EDU_CSV_DATA_DIR=/srv/edu-csv/var
RUN useradd --system --no-create-home edu-csv
COPY --from=packages /opt/edu-csv /opt/edu-csv
WORKDIR /srv/edu-csv
COPY manage.py ./
COPY edu_csv edu_csv
COPY imports imports
COPY exports exports
COPY reporting reporting
COPY templates templates
COPY docs/formats docs/formats
COPY docs/activity.md docs/recurring-reports.md docs/reporting.md docs/sources.md docs/templates.md docs/
COPY static static
# Neither command reads a setting of the site; production settings want them named all the same.
RUN export SECRET_KEY=unused ALLOWED_HOSTS=unused BROKER_URL=redis://unused \
        DATABASE_URL=postgresql://unused/unused \
    && python manage.py cut_font && python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p var && chown edu-csv: var
USER edu-csv
EXPOSE 8000
CMD ["gunicorn", "edu_csv.asgi:application", "--worker-class", "uvicorn_worker.UvicornWorker", \
     "--bind", "0.0.0.0:8000", "--workers", "4", "--forwarded-allow-ips", "*", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--max-requests", "10000", "--max-requests-jitter", "1000"]
