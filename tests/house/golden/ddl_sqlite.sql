-- redengine_version: 0009

CREATE INDEX redengine_changes_by_kind ON redengine_changes (kind, id);

CREATE INDEX redengine_changes_by_resource ON redengine_changes (resource, id);

CREATE INDEX redengine_changes_by_reverts ON redengine_changes (reverts);

CREATE INDEX redengine_changes_by_time ON redengine_changes (created);

CREATE INDEX redengine_jobs_by_status ON redengine_jobs (status, seq);

CREATE INDEX redengine_jobs_by_task ON redengine_jobs (task, seq);

CREATE INDEX redengine_jobs_by_time ON redengine_jobs (submitted_at, seq);

CREATE INDEX redengine_logs_by_action ON redengine_logs (action, id);

CREATE INDEX redengine_logs_by_job ON redengine_logs (job_id);

CREATE INDEX redengine_logs_by_task ON redengine_logs (task_name, id);

CREATE INDEX redengine_logs_by_task_action ON redengine_logs (task_name, action, id);

CREATE INDEX redengine_logs_by_time ON redengine_logs (timestamp);

CREATE TABLE redengine_api_keys (
    name VARCHAR(500) NOT NULL,
    salt TEXT NOT NULL,
    digest TEXT NOT NULL,
    scopes TEXT NOT NULL,
    tasks TEXT,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    expires_at BIGINT,
    revoked_at BIGINT,
    commands TEXT,
    channels TEXT,
    PRIMARY KEY (name)
);

CREATE TABLE redengine_changes (
    id INTEGER NOT NULL,
    created BIGINT NOT NULL,
    kind VARCHAR(500) NOT NULL,
    resource VARCHAR(500) NOT NULL,
    name TEXT,
    method VARCHAR(500) NOT NULL,
    data TEXT,
    "before" TEXT,
    "after" TEXT,
    actor TEXT,
    address TEXT,
    status INTEGER,
    result TEXT,
    request_id TEXT,
    reverts BIGINT,
    reverted_by BIGINT,
    sealed TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE redengine_jobs (
    seq INTEGER NOT NULL,
    job_id VARCHAR(500) NOT NULL,
    task VARCHAR(500) NOT NULL,
    status VARCHAR(500) NOT NULL,
    "trigger" VARCHAR(500) NOT NULL,
    submitted_at BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    priority BIGINT NOT NULL,
    runtime VARCHAR(500),
    parameters TEXT,
    due_at BIGINT,
    occurrence BIGINT,
    started_at BIGINT,
    ended_at BIGINT,
    duration FLOAT,
    progress TEXT,
    error TEXT,
    reason TEXT,
    result TEXT,
    result_kind VARCHAR(500) NOT NULL,
    abandoned BOOLEAN NOT NULL,
    content_hash VARCHAR(500),
    run_at BIGINT,
    options TEXT,
    exit_code BIGINT,
    PRIMARY KEY (seq),
    CONSTRAINT redengine_jobs_one_of_id UNIQUE (job_id),
    CONSTRAINT redengine_jobs_one_of_occurrence UNIQUE (task, occurrence)
);

CREATE TABLE redengine_logs (
    id INTEGER NOT NULL,
    timestamp BIGINT NOT NULL,
    created BIGINT NOT NULL,
    action VARCHAR(500) NOT NULL,
    task_name VARCHAR(500) NOT NULL,
    job_id VARCHAR(500),
    start BIGINT,
    "end" BIGINT,
    duration FLOAT,
    message TEXT,
    exc_text TEXT,
    reason TEXT,
    skipped TEXT,
    PRIMARY KEY (id)
);

CREATE TABLE redengine_output (
    job_id VARCHAR(500) NOT NULL,
    seq INTEGER NOT NULL,
    at BIGINT NOT NULL,
    stream VARCHAR(500) NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (job_id, seq)
)
 WITHOUT ROWID;

CREATE TABLE redengine_returns (
    task VARCHAR(500) NOT NULL,
    at BIGINT NOT NULL,
    kind VARCHAR(500) NOT NULL,
    value TEXT,
    PRIMARY KEY (task)
);

CREATE TABLE redengine_state (
    "key" VARCHAR(500) NOT NULL,
    value TEXT,
    PRIMARY KEY ("key")
);

CREATE TABLE redengine_tasks (
    name VARCHAR(500) NOT NULL,
    created BIGINT NOT NULL,
    last_due BIGINT,
    misfires TEXT,
    PRIMARY KEY (name)
);

CREATE TABLE redengine_version (
    version_num VARCHAR(32) NOT NULL,
    PRIMARY KEY (version_num)
);

