"""What type checkers are to object to: each marked line is an error."""

from redengine import Job, Session

app = Session()


@app.task("daily")
def fetch() -> dict[str, int]:
    """Give numbers."""
    return {"rows": 1}


text: str = fetch()  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
other: str = app.submit(fetch).result()  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
narrow: Job[str] = app.submit(fetch)  # type: ignore[arg-type] # pyright: ignore[reportAssignmentType]
fetch("today")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
app.task("daily", command="ls")(fetch)  # type: ignore[operator] # pyright: ignore[reportCallIssue]
app.submit(fetch).results()  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


async def wait() -> None:
    """Await what is no number."""
    job = app.submit(fetch)
    number: int = await job  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
    print(number)
