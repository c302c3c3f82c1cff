curl http://127.0.0.1:8080/api/v1/capabilities
curl http://127.0.0.1:8080/api/v1/jobs -d '{"version": "1.0", "job_id": "hello-1", "kind": "Test", "operation": "test.echo", "payload": {"type": "test.echo.v1", "data": {"message": "hello"}}}'
curl http://127.0.0.1:8080/api/v1/jobs/hello-1
curl http://127.0.0.1:8080/api/v1/jobs
