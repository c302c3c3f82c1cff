# does the process answer? does it take jobs? is all well?
curl http://127.0.0.1:5000/health/live
curl http://127.0.0.1:5000/health/ready
curl http://127.0.0.1:5000/health
# what is counted
curl http://127.0.0.1:5000/metrics
# what can be submitted, and where it would run
curl http://127.0.0.1:5000/capabilities
