# MNIST Lab in a container; docs/hosting.md says how to build and run it.

FROM python:3.11-slim AS packages
# Which builds of PyTorch: cpu, or those for NVIDIA's GPUs by their CUDA version as uv names it, such as cu132.
ARG TORCH=cpu
WORKDIR /build
COPY requirements.txt ./
RUN pip install --no-cache-dir "uv>=0.13,<0.14" \
    && uv venv /opt/venv \
    && uv pip install --no-cache --compile-bytecode --python /opt/venv --torch-backend "$TORCH" -r requirements.txt

FROM python:3.11-slim
# The app's code belongs to root, so the app cannot change it. What it writes goes to the volume.
RUN useradd --uid 10001 --create-home lab \
    && install --directory --owner=lab --group=lab /store
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY app.py pyproject.toml ./
COPY .streamlit .streamlit
COPY locales locales
COPY models models
COPY core core
COPY pages pages
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MNIST_LAB_RUNS=/store/runs \
    MNIST_LAB_DATA=/store/data
# The user that runs it cannot write beside the code, and a first start that compiles it takes longer.
RUN python -m compileall -q app.py models core pages
# By its number, so that a host can see that it is not root.
USER 10001
VOLUME /store
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.headless=true", "--server.fileWatcherType=none"]
