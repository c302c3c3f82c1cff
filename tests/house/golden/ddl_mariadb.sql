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
    name VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    salt LONGTEXT COLLATE utf8mb4_nopad_bin NOT NULL,
    digest LONGTEXT COLLATE utf8mb4_nopad_bin NOT NULL,
    scopes LONGTEXT COLLATE utf8mb4_nopad_bin NOT NULL,
    tasks LONGTEXT COLLATE utf8mb4_nopad_bin,
    created_at BIGINT NOT NULL,
    created_by LONGTEXT COLLATE utf8mb4_nopad_bin,
    expires_at BIGINT,
    revoked_at BIGINT,
    commands LONGTEXT COLLATE utf8mb4_nopad_bin,
    channels LONGTEXT COLLATE utf8mb4_nopad_bin,
    PRIMARY KEY (name)
)ENGINE=InnoDB;

CREATE TABLE redengine_changes (
    id BIGINT NOT NULL AUTO_INCREMENT,
    created BIGINT NOT NULL,
    kind VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    resource VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    name LONGTEXT COLLATE utf8mb4_nopad_bin,
    method VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    data LONGTEXT COLLATE utf8mb4_nopad_bin,
    `before` LONGTEXT COLLATE utf8mb4_nopad_bin,
    after LONGTEXT COLLATE utf8mb4_nopad_bin,
    actor LONGTEXT COLLATE utf8mb4_nopad_bin,
    address LONGTEXT COLLATE utf8mb4_nopad_bin,
    status INTEGER,
    result LONGTEXT COLLATE utf8mb4_nopad_bin,
    request_id LONGTEXT COLLATE utf8mb4_nopad_bin,
    reverts BIGINT,
    reverted_by BIGINT,
    sealed LONGTEXT COLLATE utf8mb4_nopad_bin,
    PRIMARY KEY (id)
)ENGINE=InnoDB;

CREATE TABLE redengine_jobs (
    seq BIGINT NOT NULL AUTO_INCREMENT,
    job_id VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    task VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    status VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    `trigger` VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    submitted_at BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    priority BIGINT NOT NULL,
    runtime VARCHAR(500) COLLATE utf8mb4_nopad_bin,
    parameters LONGTEXT COLLATE utf8mb4_nopad_bin,
    due_at BIGINT,
    occurrence BIGINT,
    started_at BIGINT,
    ended_at BIGINT,
    duration DOUBLE,
    progress LONGTEXT COLLATE utf8mb4_nopad_bin,
    error LONGTEXT COLLATE utf8mb4_nopad_bin,
    reason LONGTEXT COLLATE utf8mb4_nopad_bin,
    result LONGTEXT COLLATE utf8mb4_nopad_bin,
    result_kind VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    abandoned BOOL NOT NULL,
    content_hash VARCHAR(500) COLLATE utf8mb4_nopad_bin,
    run_at BIGINT,
    options LONGTEXT COLLATE utf8mb4_nopad_bin,
    exit_code BIGINT,
    PRIMARY KEY (seq),
    CONSTRAINT redengine_jobs_one_of_id UNIQUE (job_id),
    CONSTRAINT redengine_jobs_one_of_occurrence UNIQUE (task, occurrence)
)ENGINE=InnoDB;

CREATE TABLE redengine_logs (
    id BIGINT NOT NULL,
    timestamp BIGINT NOT NULL,
    created BIGINT NOT NULL,
    action VARCHAR(100) COLLATE utf8mb4_nopad_bin NOT NULL,
    task_name VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    job_id VARCHAR(500) COLLATE utf8mb4_nopad_bin,
    start BIGINT,
    end BIGINT,
    duration DOUBLE,
    message LONGTEXT COLLATE utf8mb4_nopad_bin,
    exc_text LONGTEXT COLLATE utf8mb4_nopad_bin,
    reason LONGTEXT COLLATE utf8mb4_nopad_bin,
    skipped LONGTEXT COLLATE utf8mb4_nopad_bin,
    PRIMARY KEY (id)
)ENGINE=InnoDB;

CREATE TABLE redengine_output (
    job_id VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    stream VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    text LONGTEXT COLLATE utf8mb4_nopad_bin NOT NULL,
    PRIMARY KEY (job_id, seq)
)ENGINE=InnoDB;

CREATE TABLE redengine_returns (
    task VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    at BIGINT NOT NULL,
    kind VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    value LONGTEXT COLLATE utf8mb4_nopad_bin,
    PRIMARY KEY (task)
)ENGINE=InnoDB;

CREATE TABLE redengine_state (
    `key` VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    value LONGTEXT COLLATE utf8mb4_nopad_bin,
    PRIMARY KEY (`key`)
)ENGINE=InnoDB;

CREATE TABLE redengine_tasks (
    name VARCHAR(500) COLLATE utf8mb4_nopad_bin NOT NULL,
    created BIGINT NOT NULL,
    last_due BIGINT,
    misfires LONGTEXT COLLATE utf8mb4_nopad_bin,
    PRIMARY KEY (name)
)ENGINE=InnoDB;

CREATE TABLE redengine_version (
    version_num VARCHAR(32) NOT NULL,
    PRIMARY KEY (version_num)
);

