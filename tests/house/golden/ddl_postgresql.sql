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
    name VARCHAR(500) COLLATE "C" NOT NULL,
    salt TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    tasks TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C",
    expires_at BIGINT,
    revoked_at BIGINT,
    commands TEXT COLLATE "C",
    channels TEXT COLLATE "C",
    PRIMARY KEY (name)
);

CREATE TABLE redengine_changes (
    id BIGSERIAL NOT NULL,
    created BIGINT NOT NULL,
    kind VARCHAR(500) COLLATE "C" NOT NULL,
    resource VARCHAR(500) COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    method VARCHAR(500) COLLATE "C" NOT NULL,
    data TEXT COLLATE "C",
    before TEXT COLLATE "C",
    after TEXT COLLATE "C",
    actor TEXT COLLATE "C",
    address TEXT COLLATE "C",
    status INTEGER,
    result TEXT COLLATE "C",
    request_id TEXT COLLATE "C",
    reverts BIGINT,
    reverted_by BIGINT,
    sealed TEXT COLLATE "C",
    PRIMARY KEY (id)
);

CREATE TABLE redengine_jobs (
    seq BIGSERIAL NOT NULL,
    job_id VARCHAR(500) COLLATE "C" NOT NULL,
    task VARCHAR(500) COLLATE "C" NOT NULL,
    status VARCHAR(500) COLLATE "C" NOT NULL,
    trigger VARCHAR(500) COLLATE "C" NOT NULL,
    submitted_at BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    priority BIGINT NOT NULL,
    runtime VARCHAR(500) COLLATE "C",
    parameters TEXT COLLATE "C",
    due_at BIGINT,
    occurrence BIGINT,
    started_at BIGINT,
    ended_at BIGINT,
    duration FLOAT,
    progress TEXT COLLATE "C",
    error TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    result TEXT COLLATE "C",
    result_kind VARCHAR(500) COLLATE "C" NOT NULL,
    abandoned BOOLEAN NOT NULL,
    content_hash VARCHAR(500) COLLATE "C",
    run_at BIGINT,
    options TEXT COLLATE "C",
    exit_code BIGINT,
    PRIMARY KEY (seq),
    CONSTRAINT redengine_jobs_one_of_id UNIQUE (job_id),
    CONSTRAINT redengine_jobs_one_of_occurrence UNIQUE (task, occurrence)
);

CREATE TABLE redengine_logs (
    id BIGINT NOT NULL,
    timestamp BIGINT NOT NULL,
    created BIGINT NOT NULL,
    action VARCHAR(500) COLLATE "C" NOT NULL,
    task_name VARCHAR(500) COLLATE "C" NOT NULL,
    job_id VARCHAR(500) COLLATE "C",
    start BIGINT,
    "end" BIGINT,
    duration FLOAT,
    message TEXT COLLATE "C",
    exc_text TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    skipped TEXT COLLATE "C",
    PRIMARY KEY (id)
);

CREATE TABLE redengine_output (
    job_id VARCHAR(500) COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    stream VARCHAR(500) COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (job_id, seq)
);

CREATE TABLE redengine_returns (
    task VARCHAR(500) COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    kind VARCHAR(500) COLLATE "C" NOT NULL,
    value TEXT COLLATE "C",
    PRIMARY KEY (task)
);

CREATE TABLE redengine_state (
    key VARCHAR(500) COLLATE "C" NOT NULL,
    value TEXT COLLATE "C",
    PRIMARY KEY (key)
);

CREATE TABLE redengine_tasks (
    name VARCHAR(500) COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    last_due BIGINT,
    misfires TEXT COLLATE "C",
    PRIMARY KEY (name)
);

CREATE TABLE redengine_version (
    version_num VARCHAR(32) NOT NULL,
    PRIMARY KEY (version_num)
);

