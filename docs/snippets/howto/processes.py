from redengine import Session, current_job

app = Session(config={"max_processes": 2})


@app.task("every 1 minute", execution="process", timeout="30 s")
def primes(limit=20_000):
    found = 0
    for number in range(2, limit):
        if all(number % divisor for divisor in range(2, int(number**0.5) + 1)):
            found += 1
        if number % 1_000 == 0:
            current_job().progress(number, limit, "counting")
    return found


app.start()
