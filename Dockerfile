# The app for a server of containers: docker build -t downhill . && docker run -p 8501:8501 downhill
# With a graphics card: docker build --build-arg TORCH=cuda -t downhill:cuda . ; then --gpus all.
# docs/hosting.md has the rest.
ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS packages
# cpu: PyTorch's small build, from its own index. cuda: the build for NVIDIA cards, gigabytes, hashed.
ARG TORCH=cpu
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /srv/downhill
COPY requirements.txt requirements.lock requirements-torch.lock ./
RUN python -m venv /opt/downhill
RUN /opt/downhill/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
RUN if [ "$TORCH" = cuda ]; then \
        /opt/downhill/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements-torch.lock; \
    else \
        /opt/downhill/bin/pip install --no-cache-dir --no-deps --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)"; \
    fi

FROM python:${PYTHON}-slim
# Nobody in particular, who may write to the run store and nowhere else.
RUN useradd --uid 1000 --create-home downhill && install -d -o downhill -g downhill /var/lib/downhill
COPY --from=packages /opt/downhill /opt/downhill
WORKDIR /srv/downhill
COPY . .
RUN /opt/downhill/bin/python -m compileall -q app.py landscapes optim_core pages
ENV PATH=/opt/downhill/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=1 \
    DOWNHILL_LOG=json \
    DOWNHILL_RUNS=/var/lib/downhill/runs \
    DOWNHILL_DATA=/var/lib/downhill/data
USER downhill
VOLUME /var/lib/downhill
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0"]
