CREATE TABLE redengine_api_keys (
    name character varying(500) NOT NULL COLLATE pg_catalog."C",
    salt text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL COLLATE pg_catalog."C",
    tasks text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    created_by text COLLATE pg_catalog."C",
    expires_at bigint,
    revoked_at bigint
);
CREATE TABLE redengine_changes (
    id bigint NOT NULL,
    created bigint NOT NULL,
    kind character varying(500) NOT NULL COLLATE pg_catalog."C",
    resource character varying(500) NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    method character varying(500) NOT NULL COLLATE pg_catalog."C",
    data text COLLATE pg_catalog."C",
    before text COLLATE pg_catalog."C",
    after text COLLATE pg_catalog."C",
    actor text COLLATE pg_catalog."C",
    address text COLLATE pg_catalog."C",
    status integer,
    result text COLLATE pg_catalog."C",
    request_id text COLLATE pg_catalog."C",
    reverts bigint,
    reverted_by bigint,
    sealed text COLLATE pg_catalog."C"
);
CREATE SEQUENCE redengine_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE redengine_changes_id_seq OWNED BY redengine_changes.id;
CREATE TABLE redengine_jobs (
    seq bigint NOT NULL,
    job_id character varying(500) NOT NULL COLLATE pg_catalog."C",
    task character varying(500) NOT NULL COLLATE pg_catalog."C",
    status character varying(500) NOT NULL COLLATE pg_catalog."C",
    trigger character varying(500) NOT NULL COLLATE pg_catalog."C",
    submitted_at bigint NOT NULL,
    attempt integer NOT NULL,
    priority bigint NOT NULL,
    runtime character varying(500) COLLATE pg_catalog."C",
    parameters text COLLATE pg_catalog."C",
    due_at bigint,
    occurrence bigint,
    started_at bigint,
    ended_at bigint,
    duration double precision,
    progress text COLLATE pg_catalog."C",
    error text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    result text COLLATE pg_catalog."C",
    result_kind character varying(500) NOT NULL COLLATE pg_catalog."C",
    abandoned boolean NOT NULL,
    content_hash character varying(500) COLLATE pg_catalog."C",
    run_at bigint,
    options text COLLATE pg_catalog."C"
);
CREATE SEQUENCE redengine_jobs_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE redengine_jobs_seq_seq OWNED BY redengine_jobs.seq;
CREATE TABLE redengine_logs (
    id bigint NOT NULL,
    "timestamp" bigint NOT NULL,
    created bigint NOT NULL,
    action character varying(500) NOT NULL COLLATE pg_catalog."C",
    task_name character varying(500) NOT NULL COLLATE pg_catalog."C",
    job_id character varying(500) COLLATE pg_catalog."C",
    start bigint,
    "end" bigint,
    duration double precision,
    message text COLLATE pg_catalog."C",
    exc_text text COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C",
    skipped text COLLATE pg_catalog."C"
);
CREATE TABLE redengine_output (
    job_id character varying(500) NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    at bigint NOT NULL,
    stream character varying(500) NOT NULL COLLATE pg_catalog."C",
    text text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE redengine_returns (
    task character varying(500) NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    kind character varying(500) NOT NULL COLLATE pg_catalog."C",
    value text COLLATE pg_catalog."C"
);
CREATE TABLE redengine_state (
    key character varying(500) NOT NULL COLLATE pg_catalog."C",
    value text COLLATE pg_catalog."C"
);
CREATE TABLE redengine_tasks (
    name character varying(500) NOT NULL COLLATE pg_catalog."C",
    created bigint NOT NULL,
    last_due bigint,
    misfires text COLLATE pg_catalog."C"
);
CREATE TABLE redengine_version (
    version_num character varying(32) NOT NULL
);
ALTER TABLE ONLY redengine_changes ALTER COLUMN id SET DEFAULT nextval('redengine_changes_id_seq'::regclass);
ALTER TABLE ONLY redengine_jobs ALTER COLUMN seq SET DEFAULT nextval('redengine_jobs_seq_seq'::regclass);
INSERT INTO redengine_api_keys VALUES ('reader', '8ceb03e59326a98e81eae298298c7702', 'f4055cc0707ba20dd234c191ca3fe30d7f509e7d2a2bcf9d95c40662b7e962f7', '["read"]', 'fetch', 1795758890360329, 'root', NULL, NULL);
INSERT INTO redengine_api_keys VALUES ('gone', '03b4e93066f578855a46ccac49e0cffa', '61245480a4564ed8e327433750f734827d858e21de707373d85bba92efb5ebb8', '["write"]', NULL, 1795758890383031, 'root', NULL, 1795758890393702);
INSERT INTO redengine_changes VALUES (1, 1767249240000000, 'change', 'Parameters', NULL, 'patch', '{"secret":"*****","zone":"é"}', '{}', '{"secret":"*****","zone":"é"}', 'root', '127.0.0.1', 200, NULL, '61d0e863-1', NULL, NULL, '{"data":{"secret":"hunter2","zone":"é"},"after":{"secret":"hunter2","zone":"é"}}');
INSERT INTO redengine_changes VALUES (2, 1767249240000000, 'change', 'Task', 'nightly', 'post', '{"name":"nightly","command":["true"],"start_cond":"cron 0 3 * * *"}', NULL, '{"class":"CommandTask","start_cond":"cron 0 3 * * *","end_cond":null,"description":null,"tags":[],"execution":null,"priority":0,"timeout":null,"retries":0,"backoff":{"base":1.0,"factor":2.0,"maximum":3600.0,"jitter":0.1},"max_instances":1,"missed":"once","on_crash":"fail","limits":{},"rate":null,"disabled":false,"disabled_reason":null,"disabled_until":null,"on_startup":false,"on_shutdown":false,"permanent_task":false,"parameters":{},"command":["true"],"cwd":null,"env":{},"shell":false,"argform":"long","options":[]}', 'root', '127.0.0.1', 201, NULL, '61d0e863-2', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (4, 1767249240000000, 'change', 'Task', 'idle', 'patch', '{"name":"idle","disabled":true}', '{"disabled":false}', '{"disabled":true}', 'root', '127.0.0.1', 200, NULL, '61d0e863-4', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (5, 1767249240000000, 'change', 'Config', NULL, 'patch', '{"max_queue_size":900}', '{"max_queue_size":1000}', '{"max_queue_size":900}', 'root', '127.0.0.1', 200, NULL, '61d0e863-5', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (6, 1767249240000000, 'change', 'Runtimes', 'spare', 'post', '{"runtime_id":"spare","kind":"thread","size":2,"is_default":false}', NULL, '{"kind":"thread","size":2}', 'root', '127.0.0.1', 201, NULL, '61d0e863-6', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (7, 1767249240000000, 'action', 'Jobs', NULL, 'post', '{"job_id":"posted","parameters":{"day":"tuesday"},"task":"fetch"}', NULL, NULL, 'root', '127.0.0.1', 201, NULL, '61d0e863-7', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (8, 1767249240000000, 'action', 'Jobs', NULL, 'post', '{"job_id":"later","parameters":{"day":"tuesday"},"retries":2,"run_at":"2026-01-02T00:00:00Z","task":"fetch","timeout":"1 hour"}', NULL, NULL, 'root', '127.0.0.1', 201, NULL, '61d0e863-8', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (9, 1767249240000000, 'refusal', 'Task', 'nightly', 'post', '{"command":["true"]}', NULL, NULL, 'root', '127.0.0.1', 409, 'CONFLICT', '61d0e863-9', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (10, 1767249240000000, 'action', 'Keys', NULL, 'post', '{"name":"reader","scopes":["read"],"tasks":"fetch"}', NULL, NULL, 'root', '127.0.0.1', 201, NULL, '61d0e863-a', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (11, 1767249240000000, 'action', 'Keys', NULL, 'post', '{"name":"gone","scopes":["write"]}', NULL, NULL, 'root', '127.0.0.1', 201, NULL, '61d0e863-b', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (12, 1767249240000000, 'action', 'Key', 'gone', 'delete', NULL, NULL, NULL, 'root', '127.0.0.1', 204, NULL, '61d0e863-c', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (13, 1767249240000000, 'change', 'Task', 'fetch', 'patch', '{"name":"fetch","priority":0}', '{"priority":7}', '{"priority":0}', 'root', '127.0.0.1', 200, NULL, '61d0e863-e', 3, NULL, NULL);
INSERT INTO redengine_changes VALUES (3, 1767249240000000, 'change', 'Task', 'fetch', 'patch', '{"name":"fetch","priority":7}', '{"priority":0}', '{"priority":7}', 'root', '127.0.0.1', 200, NULL, '61d0e863-3', NULL, 13, NULL);
INSERT INTO redengine_jobs VALUES (1, '01a21b92-0a27-7620-a078-db9423bc0eae', 'fetch', 'success', 'condition', 1767225600000000, 1, 0, 'thread', '{}', 1767225600000000, 1767225600000000, 1767225600000000, 1767225600000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T00:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (3, '01a21b92-0a27-7d19-97a4-6332c872563f', 'idle', 'inaction', 'condition', 1767225600000000, 1, 0, 'thread', '{}', 1767225600000000, 1767225600000000, 1767225600000000, 1767225600000000, 0, NULL, 'nothing new', 'nothing new', NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (5, '01a21b92-0a27-7ce8-840d-af8f9eb4412c', 'owed', 'crash', 'condition', 1767225600000000, 1, 0, 'thread', '{}', 1767225600000000, 1767225600000000, 1767225600000000, 1767247200000000, 21600, NULL, 'the session that ran it ended without a shut-down', 'the session that ran it ended without a shut-down', NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (6, '01a21b92-0a27-75ee-8f78-ca43bebf7d68', 'hourly', 'crash', 'condition', 1767225600000000, 1, 0, 'thread', '{}', 1767225600000000, 1767225600000000, 1767225600000000, 1767247200000000, 21600, NULL, 'the session that ran it ended without a shut-down', 'the session that ran it ended without a shut-down', NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (7, 'crashed', 'long', 'crash', 'run', 1767225660000000, 1, 0, 'thread', '{}', NULL, NULL, 1767225660000000, 1767247200000000, 21540, NULL, 'the session that ran it ended without a shut-down', 'the session that ran it ended without a shut-down', NULL, 'none', false, '95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d', NULL, NULL);
INSERT INTO redengine_jobs VALUES (12, '01a21b92-1c0c-7136-a846-1b8b89d86103', 'fetch', 'success', 'condition', 1767247200000000, 1, 0, 'thread', '{}', 1767247200000000, 1767247200000000, 1767247200000000, 1767247200000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (14, '01a21b92-1c0c-78f6-b56d-0cf7b5f22353', 'idle', 'inaction', 'condition', 1767247200000000, 1, 0, 'thread', '{}', 1767247200000000, 1767247200000000, 1767247200000000, 1767247200000000, 0, NULL, 'nothing new', 'nothing new', NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (18, '01a21b92-1c42-77ce-80dd-36cef5937102', 'fail', 'fail', 'condition', 1767247500000000, 2, 0, 'thread', '{}', 1767247500000000, 1767247500000000, 1767247500903390, 1767247500903390, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (21, '01a21b92-1c5f-715e-8950-4d24e2ae9674', 'fetch', 'success', 'condition', 1767249000000000, 1, 0, 'thread', '{}', 1767249000000000, 1767249000000000, 1767249000000000, 1767249000000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (23, 'unlike', 'unlike', 'success', 'run', 1767249000000000, 1, 0, 'thread', '{}', NULL, NULL, 1767249000000000, 1767249000000000, 0, NULL, NULL, 'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored', '{"type":"Unlike","why":"has no JSON form (Type is not JSON serializable: Unlike)","preview":"<something unlike JSON>"}', 'preview', false, 'd36006a76840a58f7c1f9497b0e51a726bc39c239d3161c6d262b6b10e9d05c8', NULL, NULL);
INSERT INTO redengine_jobs VALUES (24, 'by-hand', 'fetch', 'success', 'run', 1767249000000000, 1, 0, 'thread', '{"day":"monday","password":"hunter2"}', NULL, NULL, 1767249000000000, 1767249000000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:30:00+00:00"}', NULL, NULL, '{"day":"monday","rows":[1,2.5,null]}', 'json', false, 'c55badb060aefbe8612e59b9bcbfe16213d340db3287d5867acb7db9bfeb9b37', NULL, NULL);
INSERT INTO redengine_jobs VALUES (29, 'terminated', 'long', 'terminate', 'run', 1767249120000000, 1, 0, 'thread', '{}', NULL, NULL, 1767249120000000, 1767249180000000, 60, NULL, 'enough', 'enough', NULL, 'none', false, '95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d', NULL, NULL);
INSERT INTO redengine_jobs VALUES (32, '01a21b92-1ce4-7bf1-939c-49e6dde10afc', 'FlaskAPI', 'run', 'condition', 1767249180000000, 1, 0, 'service', '{}', 1767249180000000, 1767249180000000, 1767249180000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (34, 'later', 'fetch', 'queued', 'api', 1767249240000000, 1, 7, 'thread', '{"day":"tuesday"}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '3a1c20123004c69b6d18bc881b657821a9c921aa8b7b9e99bd3ffd0ddd11ed7d', 1767312000000000, '{"timeout":3600.0,"retries":2}');
INSERT INTO redengine_jobs VALUES (33, 'posted', 'fetch', 'success', 'api', 1767249240000000, 1, 7, 'thread', '{"day":"tuesday"}', NULL, NULL, 1767249240000000, 1767249240000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:34:00+00:00"}', NULL, NULL, '{"day":"tuesday","rows":[1,2.5,null]}', 'json', false, 'd4229a267d1af4ebe037aaf865d545a9764fb19089750f06f449463dc4dff908', NULL, NULL);
INSERT INTO redengine_jobs VALUES (37, '01a21b92-1dfa-754c-ad09-1b8663d9c32e', 'fetch', 'success', 'condition', 1767250800000000, 1, 0, 'thread', '{}', 1767250800000000, 1767250800000000, 1767250800000000, 1767250800000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T07:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (48, '01a21b92-1e29-7aa1-9c94-f666992094ca', 'fetch', 'success', 'condition', 1767254400000000, 1, 0, 'thread', '{}', 1767254400000000, 1767254400000000, 1767254400000000, 1767254400000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T08:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (39, '01a21b92-1e0c-7808-8e85-0fc6b4e90454', 'fail', 'fail', 'condition', 1767251100000000, 2, 0, 'thread', '{}', 1767251100000000, 1767251100000000, 1767251101071256, 1767251101071256, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (42, '01a21b92-1e27-7a7c-b868-aefa5d1103ff', 'fetch', 'success', 'condition', 1767252600000000, 1, 0, 'thread', '{}', 1767252600000000, 1767252600000000, 1767252600000000, 1767252600000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T07:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (16, '01a21b92-1c0c-7d2c-af50-d3e609c05751', 'owed', 'success', 'condition', 1767247200000000, 1, 0, 'thread', '{}', 1767229200000000, 1767229200000000, 1767247200000000, 1767254400000000, 7200, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (17, '01a21b92-1c0c-7f4b-a56e-3802c53841f2', 'hourly', 'success', 'condition', 1767247200000000, 1, 0, 'thread', '{}', 1767247200000000, 1767247200000000, 1767247200000000, 1767254400000000, 7200, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (53, '01a21b92-1e6f-7b99-b23c-9f802efd6edb', 'fetch', 'success', 'condition', 1767256200000000, 1, 0, 'thread', '{}', 1767256200000000, 1767256200000000, 1767256200000000, 1767256200000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T08:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (50, '01a21b92-1e53-7f13-9649-3594bd4258c4', 'fail', 'fail', 'condition', 1767254700000000, 2, 0, 'thread', '{}', 1767254700000000, 1767254700000000, 1767254700998973, 1767254700998973, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (55, '01a21b92-1e73-736f-a7e2-052b76d8aa7e', 'fetch', 'success', 'condition', 1767258000000000, 1, 0, 'thread', '{}', 1767258000000000, 1767258000000000, 1767258000000000, 1767258000000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T09:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (60, '01a21b92-1e9b-7b22-80c6-dfe0e54aca0d', 'fetch', 'success', 'condition', 1767259800000000, 1, 0, 'thread', '{}', 1767259800000000, 1767259800000000, 1767259800000000, 1767259800000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T09:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (57, '01a21b92-1e7f-7a32-b4cc-39da2431211e', 'fail', 'fail', 'condition', 1767258300000000, 2, 0, 'thread', '{}', 1767258300000000, 1767258300000000, 1767258301099962, 1767258301099962, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (46, '01a21b92-1e29-7dd8-a5d0-bfef8bce5cdb', 'owed', 'success', 'condition', 1767254400000000, 1, 0, 'thread', '{}', 1767232800000000, 1767232800000000, 1767254400000000, 1767261600000000, 7200, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (47, '01a21b92-1e29-75ed-bec7-f1145d9cda35', 'hourly', 'success', 'condition', 1767254400000000, 1, 0, 'thread', '{}', 1767254400000000, 1767254400000000, 1767254400000000, 1767261600000000, 7200, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (64, '01a21b92-1ea6-7f8f-a80f-80c31ed0f36f', 'owed', 'run', 'condition', 1767261600000000, 1, 0, 'thread', '{}', 1767236400000000, 1767236400000000, 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (65, '01a21b92-1ea7-7e3d-9c66-c61d3d69a2e9', 'hourly', 'run', 'condition', 1767261600000000, 1, 0, 'thread', '{}', 1767261600000000, 1767261600000000, 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (66, '01a21b92-1ea7-7ff6-9d3b-4a47e6846d1c', 'fetch', 'success', 'condition', 1767261600000000, 1, 0, 'thread', '{}', 1767261600000000, 1767261600000000, 1767261600000000, 1767261600000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T10:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (68, '01a21b92-1ecb-7fb8-80ac-38f9727cd056', 'fail', 'fail', 'condition', 1767261900000000, 2, 0, 'thread', '{}', 1767261900000000, 1767261900000000, 1767261900960816, 1767261900960816, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (71, '01a21b92-1edf-78e2-b794-b06712fc5b87', 'fetch', 'success', 'condition', 1767263400000000, 1, 0, 'thread', '{}', 1767263400000000, 1767263400000000, 1767263400000000, 1767263400000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T10:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (73, 'holder', 'limited', 'run', 'run', 1767263640000000, 1, 0, 'thread', '{}', NULL, NULL, 1767263640000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407', NULL, NULL);
INSERT INTO redengine_jobs VALUES (74, 'running', 'long', 'run', 'run', 1767263640000000, 1, 0, 'thread', '{}', NULL, NULL, 1767263640000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d', NULL, NULL);
INSERT INTO redengine_jobs VALUES (77, 'queued', 'limited', 'queued', 'run', 1767263700000000, 1, 0, 'thread', '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407', NULL, NULL);
INSERT INTO redengine_jobs VALUES (78, 'paused', 'limited', 'paused', 'run', 1767263700000000, 1, 0, 'thread', '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407', NULL, '{"held":true}');
INSERT INTO redengine_jobs VALUES (79, 'cancelled', 'limited', 'cancel', 'run', 1767263700000000, 1, 0, 'thread', '{}', NULL, NULL, NULL, 1767263700000000, NULL, NULL, NULL, 'cancelled by hand', NULL, 'none', false, '944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407', NULL, NULL);
INSERT INTO redengine_logs VALUES (1, 1767225600000000, 1767225600000000, 'run', 'fetch', '01a21b92-0a27-7620-a078-db9423bc0eae', 1767225600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (2, 1767225600000000, 1767225600000000, 'success', 'fetch', '01a21b92-0a27-7620-a078-db9423bc0eae', 1767225600000000, 1767225600000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (3, 1767225600000000, 1767225600000000, 'run', 'idle', '01a21b92-0a27-7d19-97a4-6332c872563f', 1767225600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (4, 1767225600000000, 1767225600000000, 'inaction', 'idle', '01a21b92-0a27-7d19-97a4-6332c872563f', 1767225600000000, 1767225600000000, 0, 'nothing new', NULL, 'nothing new', NULL);
INSERT INTO redengine_logs VALUES (5, 1767225600000000, 1767225600000000, 'run', 'owed', '01a21b92-0a27-7ce8-840d-af8f9eb4412c', 1767225600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (6, 1767225600000000, 1767225600000000, 'run', 'hourly', '01a21b92-0a27-75ee-8f78-ca43bebf7d68', 1767225600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (7, 1767225660000000, 1767225660000000, 'run', 'long', 'crashed', 1767225660000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (8, 1767247200000000, 1767247200000000, 'crash', 'owed', '01a21b92-0a27-7ce8-840d-af8f9eb4412c', 1767225600000000, 1767247200000000, 21600, 'the session that ran it ended without a shut-down', NULL, 'the session that ran it ended without a shut-down', NULL);
INSERT INTO redengine_logs VALUES (9, 1767247200000000, 1767247200000000, 'crash', 'hourly', '01a21b92-0a27-75ee-8f78-ca43bebf7d68', 1767225600000000, 1767247200000000, 21600, 'the session that ran it ended without a shut-down', NULL, 'the session that ran it ended without a shut-down', NULL);
INSERT INTO redengine_logs VALUES (10, 1767247200000000, 1767247200000000, 'crash', 'long', 'crashed', 1767225660000000, 1767247200000000, 21540, 'the session that ran it ended without a shut-down', NULL, 'the session that ran it ended without a shut-down', NULL);
INSERT INTO redengine_logs VALUES (11, 1767247200000000, 1767247200000000, 'inaction', 'fail', NULL, NULL, NULL, NULL, 'not started, due 6 times from 2026-01-01 00:05:00+00:00 to 2026-01-01 05:05:00+00:00: due while the scheduler was away, and missed=''skip''', NULL, 'missed', '{"first":"2026-01-01T00:05:00+00:00","last":"2026-01-01T05:05:00+00:00","count":6}');
INSERT INTO redengine_logs VALUES (12, 1767247200000000, 1767247200000000, 'inaction', 'hourly', NULL, NULL, NULL, NULL, 'not started, due 5 times from 2026-01-01 01:00:00+00:00 to 2026-01-01 05:00:00+00:00: due while the scheduler was away; made up for by the start due 2026-01-01 06:00:00+00:00', NULL, 'missed', '{"first":"2026-01-01T01:00:00+00:00","last":"2026-01-01T05:00:00+00:00","count":5}');
INSERT INTO redengine_logs VALUES (13, 1767247200000000, 1767247200000000, 'run', 'fetch', '01a21b92-1c0c-7136-a846-1b8b89d86103', 1767247200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (14, 1767247200000000, 1767247200000000, 'success', 'fetch', '01a21b92-1c0c-7136-a846-1b8b89d86103', 1767247200000000, 1767247200000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (15, 1767247200000000, 1767247200000000, 'run', 'idle', '01a21b92-1c0c-78f6-b56d-0cf7b5f22353', 1767247200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (16, 1767247200000000, 1767247200000000, 'inaction', 'idle', '01a21b92-1c0c-78f6-b56d-0cf7b5f22353', 1767247200000000, 1767247200000000, 0, 'nothing new', NULL, 'nothing new', NULL);
INSERT INTO redengine_logs VALUES (17, 1767247200000000, 1767247200000000, 'run', 'owed', '01a21b92-1c0c-7d2c-af50-d3e609c05751', 1767247200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (18, 1767247200000000, 1767247200000000, 'run', 'hourly', '01a21b92-1c0c-7f4b-a56e-3802c53841f2', 1767247200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (19, 1767247500000000, 1767247500000000, 'run', 'fail', '01a21b92-1c42-77ce-80dd-36cef5937102', 1767247500000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (20, 1767247500000000, 1767247500000000, 'fail', 'fail', '01a21b92-1c42-77ce-80dd-36cef5937102', 1767247500000000, 1767247500000000, 0, 'attempt 1 of 2, next in 0.9 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (21, 1767247500903390, 1767247500903390, 'run', 'fail', '01a21b92-1c42-77ce-80dd-36cef5937102', 1767247500903390, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (22, 1767247500903390, 1767247500903390, 'fail', 'fail', '01a21b92-1c42-77ce-80dd-36cef5937102', 1767247500903390, 1767247500903390, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (23, 1767249000000000, 1767249000000000, 'run', 'fetch', '01a21b92-1c5f-715e-8950-4d24e2ae9674', 1767249000000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (24, 1767249000000000, 1767249000000000, 'success', 'fetch', '01a21b92-1c5f-715e-8950-4d24e2ae9674', 1767249000000000, 1767249000000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (25, 1767249000000000, 1767249000000000, 'run', 'unlike', 'unlike', 1767249000000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (26, 1767249000000000, 1767249000000000, 'success', 'unlike', 'unlike', 1767249000000000, 1767249000000000, 0, NULL, NULL, 'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored', NULL);
INSERT INTO redengine_logs VALUES (27, 1767249000000000, 1767249000000000, 'run', 'fetch', 'by-hand', 1767249000000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (28, 1767249000000000, 1767249000000000, 'success', 'fetch', 'by-hand', 1767249000000000, 1767249000000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (29, 1767249120000000, 1767249120000000, 'run', 'long', 'terminated', 1767249120000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (30, 1767249180000000, 1767249180000000, 'terminate', 'long', 'terminated', 1767249120000000, 1767249180000000, 60, 'enough', NULL, 'enough', NULL);
INSERT INTO redengine_logs VALUES (31, 1767249180000000, 1767249180000000, 'run', 'FlaskAPI', '01a21b92-1ce4-7bf1-939c-49e6dde10afc', 1767249180000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (32, 1767249240000000, 1767249240000000, 'run', 'fetch', 'posted', 1767249240000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (33, 1767249240000000, 1767249240000000, 'success', 'fetch', 'posted', 1767249240000000, 1767249240000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (34, 1767250800000000, 1767250800000000, 'inaction', 'owed', '01a21b92-1c0c-7d2c-af50-d3e609c05751', NULL, NULL, NULL, 'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21b92-1c0c-7d2c-af50-d3e609c05751 is ''run'' since 2026-01-01 06:00 UTC and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T07:00:00+00:00","last":"2026-01-01T07:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (35, 1767250800000000, 1767250800000000, 'inaction', 'hourly', '01a21b92-1c0c-7f4b-a56e-3802c53841f2', NULL, NULL, NULL, 'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21b92-1c0c-7f4b-a56e-3802c53841f2 is ''run'' since 2026-01-01 06:00 UTC and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T07:00:00+00:00","last":"2026-01-01T07:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (36, 1767250800000000, 1767250800000000, 'run', 'fetch', '01a21b92-1dfa-754c-ad09-1b8663d9c32e', 1767250800000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (37, 1767250800000000, 1767250800000000, 'success', 'fetch', '01a21b92-1dfa-754c-ad09-1b8663d9c32e', 1767250800000000, 1767250800000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (38, 1767251100000000, 1767251100000000, 'run', 'fail', '01a21b92-1e0c-7808-8e85-0fc6b4e90454', 1767251100000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (39, 1767251100000000, 1767251100000000, 'fail', 'fail', '01a21b92-1e0c-7808-8e85-0fc6b4e90454', 1767251100000000, 1767251100000000, 0, 'attempt 1 of 2, next in 1.1 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (40, 1767251101071256, 1767251101071256, 'run', 'fail', '01a21b92-1e0c-7808-8e85-0fc6b4e90454', 1767251101071256, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (41, 1767251101071256, 1767251101071256, 'fail', 'fail', '01a21b92-1e0c-7808-8e85-0fc6b4e90454', 1767251101071256, 1767251101071256, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (42, 1767252600000000, 1767252600000000, 'run', 'fetch', '01a21b92-1e27-7a7c-b868-aefa5d1103ff', 1767252600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (43, 1767252600000000, 1767252600000000, 'success', 'fetch', '01a21b92-1e27-7a7c-b868-aefa5d1103ff', 1767252600000000, 1767252600000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (44, 1767254400000000, 1767254400000000, 'success', 'owed', '01a21b92-1c0c-7d2c-af50-d3e609c05751', 1767247200000000, 1767254400000000, 7200, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (45, 1767254400000000, 1767254400000000, 'success', 'hourly', '01a21b92-1c0c-7f4b-a56e-3802c53841f2', 1767247200000000, 1767254400000000, 7200, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (46, 1767254400000000, 1767254400000000, 'inaction', 'owed', '01a21b92-1e29-7dd8-a5d0-bfef8bce5cdb', NULL, NULL, NULL, 'not started, due 2026-01-01 08:00:00+00:00: 1 of 1 instances active; job 01a21b92-1e29-7dd8-a5d0-bfef8bce5cdb is ''queued'' and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T08:00:00+00:00","last":"2026-01-01T08:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (47, 1767254400000000, 1767254400000000, 'inaction', 'idle', NULL, NULL, NULL, NULL, 'not started, due 2026-01-01 08:00:00+00:00: the task is disabled; set disabled=False, or force_run', NULL, 'disabled', '{"first":"2026-01-01T08:00:00+00:00","last":"2026-01-01T08:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (48, 1767254400000000, 1767254400000000, 'run', 'owed', '01a21b92-1e29-7dd8-a5d0-bfef8bce5cdb', 1767254400000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (49, 1767254400000000, 1767254400000000, 'run', 'hourly', '01a21b92-1e29-75ed-bec7-f1145d9cda35', 1767254400000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (50, 1767254400000000, 1767254400000000, 'run', 'fetch', '01a21b92-1e29-7aa1-9c94-f666992094ca', 1767254400000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (51, 1767254400000000, 1767254400000000, 'success', 'fetch', '01a21b92-1e29-7aa1-9c94-f666992094ca', 1767254400000000, 1767254400000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (52, 1767254700000000, 1767254700000000, 'run', 'fail', '01a21b92-1e53-7f13-9649-3594bd4258c4', 1767254700000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (53, 1767254700000000, 1767254700000000, 'fail', 'fail', '01a21b92-1e53-7f13-9649-3594bd4258c4', 1767254700000000, 1767254700000000, 0, 'attempt 1 of 2, next in 1.0 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (54, 1767254700998973, 1767254700998973, 'run', 'fail', '01a21b92-1e53-7f13-9649-3594bd4258c4', 1767254700998973, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (55, 1767254700998973, 1767254700998973, 'fail', 'fail', '01a21b92-1e53-7f13-9649-3594bd4258c4', 1767254700998973, 1767254700998973, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (56, 1767256200000000, 1767256200000000, 'run', 'fetch', '01a21b92-1e6f-7b99-b23c-9f802efd6edb', 1767256200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (57, 1767256200000000, 1767256200000000, 'success', 'fetch', '01a21b92-1e6f-7b99-b23c-9f802efd6edb', 1767256200000000, 1767256200000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (58, 1767258000000000, 1767258000000000, 'inaction', 'owed', '01a21b92-1e29-7dd8-a5d0-bfef8bce5cdb', NULL, NULL, NULL, 'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21b92-1e29-7dd8-a5d0-bfef8bce5cdb is ''run'' since 2026-01-01 08:00 UTC and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T09:00:00+00:00","last":"2026-01-01T09:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (59, 1767258000000000, 1767258000000000, 'inaction', 'hourly', '01a21b92-1e29-75ed-bec7-f1145d9cda35', NULL, NULL, NULL, 'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21b92-1e29-75ed-bec7-f1145d9cda35 is ''run'' since 2026-01-01 08:00 UTC and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T09:00:00+00:00","last":"2026-01-01T09:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (60, 1767258000000000, 1767258000000000, 'run', 'fetch', '01a21b92-1e73-736f-a7e2-052b76d8aa7e', 1767258000000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (61, 1767258000000000, 1767258000000000, 'success', 'fetch', '01a21b92-1e73-736f-a7e2-052b76d8aa7e', 1767258000000000, 1767258000000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (62, 1767258300000000, 1767258300000000, 'run', 'fail', '01a21b92-1e7f-7a32-b4cc-39da2431211e', 1767258300000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (63, 1767258300000000, 1767258300000000, 'fail', 'fail', '01a21b92-1e7f-7a32-b4cc-39da2431211e', 1767258300000000, 1767258300000000, 0, 'attempt 1 of 2, next in 1.1 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (64, 1767258301099962, 1767258301099962, 'run', 'fail', '01a21b92-1e7f-7a32-b4cc-39da2431211e', 1767258301099962, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (65, 1767258301099962, 1767258301099962, 'fail', 'fail', '01a21b92-1e7f-7a32-b4cc-39da2431211e', 1767258301099962, 1767258301099962, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (66, 1767259800000000, 1767259800000000, 'run', 'fetch', '01a21b92-1e9b-7b22-80c6-dfe0e54aca0d', 1767259800000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (67, 1767259800000000, 1767259800000000, 'success', 'fetch', '01a21b92-1e9b-7b22-80c6-dfe0e54aca0d', 1767259800000000, 1767259800000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (68, 1767261600000000, 1767261600000000, 'success', 'owed', '01a21b92-1e29-7dd8-a5d0-bfef8bce5cdb', 1767254400000000, 1767261600000000, 7200, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (69, 1767261600000000, 1767261600000000, 'success', 'hourly', '01a21b92-1e29-75ed-bec7-f1145d9cda35', 1767254400000000, 1767261600000000, 7200, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (70, 1767261600000000, 1767261600000000, 'inaction', 'owed', '01a21b92-1ea6-7f8f-a80f-80c31ed0f36f', NULL, NULL, NULL, 'not started, due 2026-01-01 10:00:00+00:00: 1 of 1 instances active; job 01a21b92-1ea6-7f8f-a80f-80c31ed0f36f is ''queued'' and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T10:00:00+00:00","last":"2026-01-01T10:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (71, 1767261600000000, 1767261600000000, 'run', 'owed', '01a21b92-1ea6-7f8f-a80f-80c31ed0f36f', 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (72, 1767261600000000, 1767261600000000, 'run', 'hourly', '01a21b92-1ea7-7e3d-9c66-c61d3d69a2e9', 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (73, 1767261600000000, 1767261600000000, 'run', 'fetch', '01a21b92-1ea7-7ff6-9d3b-4a47e6846d1c', 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (74, 1767261600000000, 1767261600000000, 'success', 'fetch', '01a21b92-1ea7-7ff6-9d3b-4a47e6846d1c', 1767261600000000, 1767261600000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (75, 1767261900000000, 1767261900000000, 'run', 'fail', '01a21b92-1ecb-7fb8-80ac-38f9727cd056', 1767261900000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (76, 1767261900000000, 1767261900000000, 'fail', 'fail', '01a21b92-1ecb-7fb8-80ac-38f9727cd056', 1767261900000000, 1767261900000000, 0, 'attempt 1 of 2, next in 1.0 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (77, 1767261900960816, 1767261900960816, 'run', 'fail', '01a21b92-1ecb-7fb8-80ac-38f9727cd056', 1767261900960816, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (78, 1767261900960816, 1767261900960816, 'fail', 'fail', '01a21b92-1ecb-7fb8-80ac-38f9727cd056', 1767261900960816, 1767261900960816, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (79, 1767263400000000, 1767263400000000, 'run', 'fetch', '01a21b92-1edf-78e2-b794-b06712fc5b87', 1767263400000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (80, 1767263400000000, 1767263400000000, 'success', 'fetch', '01a21b92-1edf-78e2-b794-b06712fc5b87', 1767263400000000, 1767263400000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (81, 1767263640000000, 1767263640000000, 'run', 'limited', 'holder', 1767263640000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (82, 1767263640000000, 1767263640000000, 'run', 'long', 'running', 1767263640000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (83, 1767263700000000, 1767263700000000, 'inaction', 'limited', 'cancelled', NULL, 1767263700000000, NULL, NULL, NULL, 'cancelled by hand', NULL);
INSERT INTO redengine_output VALUES ('01a21b92-0a27-7620-a078-db9423bc0eae', 1, 1767225600000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-0a27-7620-a078-db9423bc0eae', 2, 1767225600000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1c0c-7136-a846-1b8b89d86103', 1, 1767247200000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1c0c-7136-a846-1b8b89d86103', 2, 1767247200000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1c5f-715e-8950-4d24e2ae9674', 1, 1767249000000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1c5f-715e-8950-4d24e2ae9674', 2, 1767249000000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('by-hand', 1, 1767249000000000, 'stdout', 'fetching monday');
INSERT INTO redengine_output VALUES ('by-hand', 2, 1767249000000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('posted', 1, 1767249240000000, 'stdout', 'fetching tuesday');
INSERT INTO redengine_output VALUES ('posted', 2, 1767249240000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1dfa-754c-ad09-1b8663d9c32e', 1, 1767250800000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1dfa-754c-ad09-1b8663d9c32e', 2, 1767250800000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1e27-7a7c-b868-aefa5d1103ff', 1, 1767252600000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1e27-7a7c-b868-aefa5d1103ff', 2, 1767252600000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1e29-7aa1-9c94-f666992094ca', 1, 1767254400000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1e29-7aa1-9c94-f666992094ca', 2, 1767254400000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1e6f-7b99-b23c-9f802efd6edb', 1, 1767256200000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1e6f-7b99-b23c-9f802efd6edb', 2, 1767256200000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1e73-736f-a7e2-052b76d8aa7e', 1, 1767258000000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1e73-736f-a7e2-052b76d8aa7e', 2, 1767258000000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1e9b-7b22-80c6-dfe0e54aca0d', 1, 1767259800000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1e9b-7b22-80c6-dfe0e54aca0d', 2, 1767259800000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1ea7-7ff6-9d3b-4a47e6846d1c', 1, 1767261600000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1ea7-7ff6-9d3b-4a47e6846d1c', 2, 1767261600000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21b92-1edf-78e2-b794-b06712fc5b87', 1, 1767263400000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21b92-1edf-78e2-b794-b06712fc5b87', 2, 1767263400000000, 'stdout', 'café ☕');
INSERT INTO redengine_returns VALUES ('unlike', 1767249000000000, 'preview', '{"type":"Unlike","why":"has no JSON form (Type is not JSON serializable: Unlike)","preview":"<something unlike JSON>"}');
INSERT INTO redengine_returns VALUES ('fetch', 1767263400000000, 'json', '{"day":"today","rows":[1,2.5,null]}');
INSERT INTO redengine_state VALUES ('alive', '"2026-01-01T10:35:00+00:00"');
INSERT INTO redengine_state VALUES ('store.batch', '"1bc0703f0b6f4f7e8c693aa2188b5a3b:64"');
INSERT INTO redengine_state VALUES ('store.holder', '{"session":"redengine","process":23247,"host":"vm","token":"1bc0703f0b6f4f7e8c693aa2188b5a3b"}');
INSERT INTO redengine_tasks VALUES ('unlike', 1767225600000000, NULL, NULL);
INSERT INTO redengine_tasks VALUES ('long', 1767225600000000, NULL, NULL);
INSERT INTO redengine_tasks VALUES ('limited', 1767225600000000, NULL, NULL);
INSERT INTO redengine_tasks VALUES ('idle', 1767225600000000, NULL, '[]');
INSERT INTO redengine_tasks VALUES ('FlaskAPI', 1767249180000000, NULL, '[]');
INSERT INTO redengine_tasks VALUES ('nightly', 1767249240000000, NULL, NULL);
INSERT INTO redengine_tasks VALUES ('owed', 1767225600000000, NULL, '["2026-01-01T04:00:00+00:00","2026-01-01T05:00:00+00:00","2026-01-01T06:00:00+00:00"]');
INSERT INTO redengine_tasks VALUES ('hourly', 1767225600000000, NULL, '[]');
INSERT INTO redengine_tasks VALUES ('fail', 1767225600000000, NULL, '[]');
INSERT INTO redengine_tasks VALUES ('fetch', 1767225600000000, NULL, '[]');
INSERT INTO redengine_version VALUES ('0006');
SELECT pg_catalog.setval('redengine_changes_id_seq', 13, true);
SELECT pg_catalog.setval('redengine_jobs_seq_seq', 81, true);
ALTER TABLE ONLY redengine_api_keys
    ADD CONSTRAINT redengine_api_keys_pkey PRIMARY KEY (name);
ALTER TABLE ONLY redengine_changes
    ADD CONSTRAINT redengine_changes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY redengine_jobs
    ADD CONSTRAINT redengine_jobs_one_of_id UNIQUE (job_id);
ALTER TABLE ONLY redengine_jobs
    ADD CONSTRAINT redengine_jobs_one_of_occurrence UNIQUE (task, occurrence);
ALTER TABLE ONLY redengine_jobs
    ADD CONSTRAINT redengine_jobs_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY redengine_logs
    ADD CONSTRAINT redengine_logs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY redengine_output
    ADD CONSTRAINT redengine_output_pkey PRIMARY KEY (job_id, seq);
ALTER TABLE ONLY redengine_returns
    ADD CONSTRAINT redengine_returns_pkey PRIMARY KEY (task);
ALTER TABLE ONLY redengine_state
    ADD CONSTRAINT redengine_state_pkey PRIMARY KEY (key);
ALTER TABLE ONLY redengine_tasks
    ADD CONSTRAINT redengine_tasks_pkey PRIMARY KEY (name);
ALTER TABLE ONLY redengine_version
    ADD CONSTRAINT redengine_version_pkey PRIMARY KEY (version_num);
CREATE INDEX redengine_changes_by_kind ON redengine_changes USING btree (kind, id);
CREATE INDEX redengine_changes_by_resource ON redengine_changes USING btree (resource, id);
CREATE INDEX redengine_changes_by_reverts ON redengine_changes USING btree (reverts);
CREATE INDEX redengine_changes_by_time ON redengine_changes USING btree (created);
CREATE INDEX redengine_jobs_by_status ON redengine_jobs USING btree (status, submitted_at, seq);
CREATE INDEX redengine_jobs_by_task ON redengine_jobs USING btree (task, submitted_at, seq);
CREATE INDEX redengine_jobs_by_time ON redengine_jobs USING btree (submitted_at, seq);
CREATE INDEX redengine_logs_by_action ON redengine_logs USING btree (action, id);
CREATE INDEX redengine_logs_by_job ON redengine_logs USING btree (job_id);
CREATE INDEX redengine_logs_by_task ON redengine_logs USING btree (task_name, id);
CREATE INDEX redengine_logs_by_task_action ON redengine_logs USING btree (task_name, action, id);
CREATE INDEX redengine_logs_by_time ON redengine_logs USING btree ("timestamp");
