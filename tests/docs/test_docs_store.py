"""What the documentation says of stores on servers."""

from docs_support import SNIPPETS
from store_servers import server_for_test


def test_the_script_of_the_page_runs_on_postgresql(stage, monkeypatch, capsys):
    """With the URL in its environment the script keeps its jobs on the server."""
    with server_for_test("postgresql") as server:
        monkeypatch.setenv("JOBS_STORE", server.url)
        app = stage.run_file(SNIPPETS / "howto" / "on_postgresql.py")["app"]
        assert app.store.url.startswith("postgresql://")
        assert capsys.readouterr().out == "charged 7\n"
        rows = server.run(f"SELECT job_id, status FROM {server.table('redengine_jobs')}")
        assert rows == [("order-7", "success")]
        stage.close()
