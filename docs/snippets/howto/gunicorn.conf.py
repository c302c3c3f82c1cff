bind = "127.0.0.1:8000"
workers = 1  # one process has the session
threads = 8


def post_worker_init(_worker):
    """Start the session in the worker: one that was started before the fork is not taken along."""
    from embed_gunicorn import app

    app.start(block=False)


def worker_exit(_server, _worker):
    from embed_gunicorn import app

    app.shut_down(timeout=20)
