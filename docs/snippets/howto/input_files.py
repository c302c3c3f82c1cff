import hashlib
from pathlib import Path

from redengine import Session

app = Session()


@app.task()
def count_lines(data):
    return len(Path(data["path"]).read_text().splitlines())


path = Path("data.csv")
path.write_text("a,b\n1,2\n")
data = {
    "path": str(path),
    "checksum": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
}

with app:
    good = app.submit(count_lines, data=data)
    good.wait(timeout=30)
    path.write_text("a,b\n1,2\n3,4\n")
    bad = app.submit(count_lines, data=data)
    bad.wait(timeout=30)

print(good.status, good.result())
print(bad.status)
# checked by the tests
assert "expected sha256:" in bad.error
