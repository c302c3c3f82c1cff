CREATE TABLE redengine_api_keys (
    name character varying(500) NOT NULL COLLATE pg_catalog."C",
    salt text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL COLLATE pg_catalog."C",
    tasks text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    created_by text COLLATE pg_catalog."C",
    expires_at bigint,
    revoked_at bigint,
    commands text COLLATE pg_catalog."C",
    channels text COLLATE pg_catalog."C"
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
    options text COLLATE pg_catalog."C",
    exit_code bigint
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
INSERT INTO redengine_api_keys VALUES ('reader', 'a06265f211c28e940dc093a265a72bcd', '1c6e6df4d319b3bec9d99c71722ab94edfec48f3f83bed5c8e5d88e1a91df612', '["read"]', 'fetch', 1795812524901723, 'root', NULL, NULL, NULL, NULL);
INSERT INTO redengine_api_keys VALUES ('gone', 'c44a84fe84a9e1ca871d99dc5a674ca4', '7c2a5f46762c9120bb95e1c5f5e4f495925f1e587ecc55e63a8f43715245eb3e', '["write"]', NULL, 1795812524911542, 'root', NULL, 1795812524919219, NULL, NULL);
INSERT INTO redengine_changes VALUES (1, 1767249240000000, 'change', 'Parameters', NULL, 'patch', '{"secret":"*****","zone":"é"}', '{}', '{"secret":"*****","zone":"é"}', 'root', '127.0.0.1', 200, NULL, '40f17715-1', NULL, NULL, '{"data":{"secret":"hunter2","zone":"é"},"after":{"secret":"hunter2","zone":"é"}}');
INSERT INTO redengine_changes VALUES (2, 1767249240000000, 'change', 'Task', 'nightly', 'post', '{"name":"nightly","command":["true"],"start_cond":"cron 0 3 * * *"}', NULL, '{"class":"CommandTask","start_cond":"cron 0 3 * * *","end_cond":null,"description":null,"tags":[],"execution":null,"priority":0,"timeout":null,"retries":0,"backoff":{"base":1.0,"factor":2.0,"maximum":3600.0,"jitter":0.1},"max_instances":1,"timezone":null,"missed":"once","jitter":null,"grace":null,"on_crash":"fail","limits":{},"rate":null,"disabled":false,"disabled_reason":null,"disabled_until":null,"on_startup":false,"on_shutdown":false,"permanent_task":false,"parameters":{},"command":["true"],"cwd":null,"env":{},"shell":false,"argform":"long","options":[]}', 'root', '127.0.0.1', 201, NULL, '40f17715-2', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (4, 1767249240000000, 'change', 'Task', 'idle', 'patch', '{"name":"idle","disabled":true}', '{"disabled":false,"disabled_reason":null,"disabled_until":null}', '{"disabled":true,"disabled_reason":null,"disabled_until":null}', 'root', '127.0.0.1', 200, NULL, '40f17715-4', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (5, 1767249240000000, 'change', 'Config', NULL, 'patch', '{"max_queue_size":900}', '{"max_queue_size":1000}', '{"max_queue_size":900}', 'root', '127.0.0.1', 200, NULL, '40f17715-5', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (6, 1767249240000000, 'change', 'Runtimes', 'spare', 'post', '{"runtime_id":"spare","kind":"thread","size":2,"is_default":false}', NULL, '{"kind":"thread","size":2}', 'root', '127.0.0.1', 201, NULL, '40f17715-6', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (7, 1767249240000000, 'action', 'Jobs', NULL, 'post', '{"job_id":"posted","parameters":{"day":"tuesday"},"task":"fetch"}', NULL, NULL, 'root', '127.0.0.1', 201, NULL, '40f17715-7', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (8, 1767249240000000, 'action', 'Jobs', NULL, 'post', '{"job_id":"later","parameters":{"day":"tuesday"},"retries":2,"run_at":"2026-01-02T00:00:00Z","task":"fetch","timeout":"1 hour"}', NULL, NULL, 'root', '127.0.0.1', 201, NULL, '40f17715-8', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (9, 1767249240000000, 'refusal', 'Task', 'nightly', 'post', '{"command":["true"]}', NULL, NULL, 'root', '127.0.0.1', 409, 'CONFLICT', '40f17715-9', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (10, 1767249240000000, 'action', 'Keys', NULL, 'post', '{"name":"reader","scopes":["read"],"tasks":"fetch"}', NULL, NULL, 'root', '127.0.0.1', 201, NULL, '40f17715-a', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (11, 1767249240000000, 'action', 'Keys', NULL, 'post', '{"name":"gone","scopes":["write"]}', NULL, NULL, 'root', '127.0.0.1', 201, NULL, '40f17715-b', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (12, 1767249240000000, 'action', 'Key', 'gone', 'delete', NULL, NULL, NULL, 'root', '127.0.0.1', 204, NULL, '40f17715-c', NULL, NULL, NULL);
INSERT INTO redengine_changes VALUES (13, 1767249240000000, 'change', 'Task', 'fetch', 'patch', '{"name":"fetch","priority":0}', '{"priority":7}', '{"priority":0}', 'root', '127.0.0.1', 200, NULL, '40f17715-e', 3, NULL, NULL);
INSERT INTO redengine_changes VALUES (3, 1767249240000000, 'change', 'Task', 'fetch', 'patch', '{"name":"fetch","priority":7}', '{"priority":0}', '{"priority":7}', 'root', '127.0.0.1', 200, NULL, '40f17715-3', NULL, 13, NULL);
INSERT INTO redengine_jobs VALUES (1, '01a21ec4-71f2-74e5-acc2-99d3a62ba90e', 'fetch', 'success', 'condition', 1767225600000000, 1, 0, 'thread', '{}', 1767225600000000, 1767225600000000, 1767225600000000, 1767225600000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T00:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (3, '01a21ec4-71f3-7f83-b959-28f85f5380f4', 'idle', 'inaction', 'condition', 1767225600000000, 1, 0, 'thread', '{}', 1767225600000000, 1767225600000000, 1767225600000000, 1767225600000000, 0, NULL, 'nothing new', 'nothing new', NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (5, '01a21ec4-71f3-7403-aa41-ebda05dc6963', 'owed', 'crash', 'condition', 1767225600000000, 1, 0, 'thread', '{}', 1767225600000000, 1767225600000000, 1767225600000000, 1767247200000000, 21600, NULL, 'the session that ran it ended without a shut-down', 'the session that ran it ended without a shut-down', NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (6, '01a21ec4-71f3-7e52-afcd-13d4ba1d4aac', 'hourly', 'crash', 'condition', 1767225600000000, 1, 0, 'thread', '{}', 1767225600000000, 1767225600000000, 1767225600000000, 1767247200000000, 21600, NULL, 'the session that ran it ended without a shut-down', 'the session that ran it ended without a shut-down', NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (7, 'crashed', 'long', 'crash', 'run', 1767225660000000, 1, 0, 'thread', '{}', NULL, NULL, 1767225660000000, 1767247200000000, 21540, NULL, 'the session that ran it ended without a shut-down', 'the session that ran it ended without a shut-down', NULL, 'none', false, '95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d', NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (12, '01a21ec4-80f8-770c-93fc-e8de031ab2a3', 'fetch', 'success', 'condition', 1767247200000000, 1, 0, 'thread', '{}', 1767247200000000, 1767247200000000, 1767247200000000, 1767247200000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (14, '01a21ec4-80f8-7de7-ac41-22b5fba1bdb0', 'idle', 'inaction', 'condition', 1767247200000000, 1, 0, 'thread', '{}', 1767247200000000, 1767247200000000, 1767247200000000, 1767247200000000, 0, NULL, 'nothing new', 'nothing new', NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (18, '01a21ec4-8128-72c3-9500-a1558d522a46', 'fail', 'fail', 'condition', 1767247500000000, 2, 0, 'thread', '{}', 1767247500000000, 1767247500000000, 1767247500947084, 1767247500947084, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (21, '01a21ec4-8141-7dc3-b771-76d0c9867498', 'fetch', 'success', 'condition', 1767249000000000, 1, 0, 'thread', '{}', 1767249000000000, 1767249000000000, 1767249000000000, 1767249000000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (23, 'unlike', 'unlike', 'success', 'run', 1767249000000000, 1, 0, 'thread', '{}', NULL, NULL, 1767249000000000, 1767249000000000, 0, NULL, NULL, 'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored', '{"type":"Unlike","why":"has no JSON form (Type is not JSON serializable: Unlike)","preview":"<something unlike JSON>"}', 'preview', false, 'd36006a76840a58f7c1f9497b0e51a726bc39c239d3161c6d262b6b10e9d05c8', NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (24, 'by-hand', 'fetch', 'success', 'run', 1767249000000000, 1, 0, 'thread', '{"day":"monday","password":"hunter2"}', NULL, NULL, 1767249000000000, 1767249000000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:30:00+00:00"}', NULL, NULL, '{"day":"monday","rows":[1,2.5,null]}', 'json', false, 'c55badb060aefbe8612e59b9bcbfe16213d340db3287d5867acb7db9bfeb9b37', NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (29, 'terminated', 'long', 'terminate', 'run', 1767249120000000, 1, 0, 'thread', '{}', NULL, NULL, 1767249120000000, 1767249180000000, 60, NULL, 'enough', 'enough', NULL, 'none', false, '95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d', NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (32, '01a21ec4-82a3-7a61-b3c7-8a3031715c59', 'FlaskAPI', 'run', 'condition', 1767249180000000, 1, 0, 'service', '{}', 1767249180000000, 1767249180000000, 1767249180000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (34, 'later', 'fetch', 'queued', 'api', 1767249240000000, 1, 7, 'thread', '{"day":"tuesday"}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '3a1c20123004c69b6d18bc881b657821a9c921aa8b7b9e99bd3ffd0ddd11ed7d', 1767312000000000, '{"timeout":3600.0,"retries":2}', NULL);
INSERT INTO redengine_jobs VALUES (33, 'posted', 'fetch', 'success', 'api', 1767249240000000, 1, 7, 'thread', '{"day":"tuesday"}', NULL, NULL, 1767249240000000, 1767249240000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:34:00+00:00"}', NULL, NULL, '{"day":"tuesday","rows":[1,2.5,null]}', 'json', false, 'd4229a267d1af4ebe037aaf865d545a9764fb19089750f06f449463dc4dff908', NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (37, '01a21ec4-83b3-730c-a4cd-e4b1d7f431c1', 'fetch', 'success', 'condition', 1767250800000000, 1, 0, 'thread', '{}', 1767250800000000, 1767250800000000, 1767250800000000, 1767250800000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T07:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (48, '01a21ec4-83d7-7616-b474-f6d3380154ed', 'fetch', 'success', 'condition', 1767254400000000, 1, 0, 'thread', '{}', 1767254400000000, 1767254400000000, 1767254400000000, 1767254400000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T08:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (39, '01a21ec4-83bd-78ba-9409-6754b007a064', 'fail', 'fail', 'condition', 1767251100000000, 2, 0, 'thread', '{}', 1767251100000000, 1767251100000000, 1767251101076700, 1767251101076700, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (42, '01a21ec4-83cb-7867-ab1a-9243f3c59476', 'fetch', 'success', 'condition', 1767252600000000, 1, 0, 'thread', '{}', 1767252600000000, 1767252600000000, 1767252600000000, 1767252600000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T07:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (16, '01a21ec4-80f9-7faf-8a7f-8def83873ed4', 'owed', 'success', 'condition', 1767247200000000, 1, 0, 'thread', '{}', 1767229200000000, 1767229200000000, 1767247200000000, 1767254400000000, 7200, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (17, '01a21ec4-80f9-767d-8601-bad9d8245a35', 'hourly', 'success', 'condition', 1767247200000000, 1, 0, 'thread', '{}', 1767247200000000, 1767247200000000, 1767247200000000, 1767254400000000, 7200, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (53, '01a21ec4-83f8-7a80-a48e-88292833db02', 'fetch', 'success', 'condition', 1767256200000000, 1, 0, 'thread', '{}', 1767256200000000, 1767256200000000, 1767256200000000, 1767256200000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T08:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (50, '01a21ec4-83eb-7fb3-af2e-9264b35faf9c', 'fail', 'fail', 'condition', 1767254700000000, 2, 0, 'thread', '{}', 1767254700000000, 1767254700000000, 1767254700907825, 1767254700907825, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (55, '01a21ec4-8403-7255-8804-62409e74dd12', 'fetch', 'success', 'condition', 1767258000000000, 1, 0, 'thread', '{}', 1767258000000000, 1767258000000000, 1767258000000000, 1767258000000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T09:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (60, '01a21ec4-8422-782e-a6a6-5caec59b5d20', 'fetch', 'success', 'condition', 1767259800000000, 1, 0, 'thread', '{}', 1767259800000000, 1767259800000000, 1767259800000000, 1767259800000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T09:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (57, '01a21ec4-840c-79ad-8f79-afde20fb55b1', 'fail', 'fail', 'condition', 1767258300000000, 2, 0, 'thread', '{}', 1767258300000000, 1767258300000000, 1767258300917862, 1767258300917862, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (46, '01a21ec4-83d7-7a01-90d0-24fe3c6ef834', 'owed', 'success', 'condition', 1767254400000000, 1, 0, 'thread', '{}', 1767232800000000, 1767232800000000, 1767254400000000, 1767261600000000, 7200, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (47, '01a21ec4-83d7-7ae0-b093-03dd17aedca1', 'hourly', 'success', 'condition', 1767254400000000, 1, 0, 'thread', '{}', 1767254400000000, 1767254400000000, 1767254400000000, 1767261600000000, 7200, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (64, '01a21ec4-8427-7ec2-aa5a-e9f1f01b6515', 'owed', 'run', 'condition', 1767261600000000, 1, 0, 'thread', '{}', 1767236400000000, 1767236400000000, 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (65, '01a21ec4-8427-7cc0-94ae-5f463cd3007a', 'hourly', 'run', 'condition', 1767261600000000, 1, 0, 'thread', '{}', 1767261600000000, 1767261600000000, 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (66, '01a21ec4-8427-7f3a-b5c5-8da77c226aa9', 'fetch', 'success', 'condition', 1767261600000000, 1, 0, 'thread', '{}', 1767261600000000, 1767261600000000, 1767261600000000, 1767261600000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T10:00:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (68, '01a21ec4-843a-718f-be1c-01fd54048f1b', 'fail', 'fail', 'condition', 1767261900000000, 2, 0, 'thread', '{}', 1767261900000000, 1767261900000000, 1767261901065565, 1767261901065565, 0, NULL, 'ValueError: no rows;', NULL, NULL, 'none', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (71, '01a21ec4-844a-7ca1-990b-dd64e8ed00fa', 'fetch', 'success', 'condition', 1767263400000000, 1, 0, 'thread', '{}', 1767263400000000, 1767263400000000, 1767263400000000, 1767263400000000, 0, '{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T10:30:00+00:00"}', NULL, NULL, '{"day":"today","rows":[1,2.5,null]}', 'json', false, NULL, NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (73, 'holder', 'limited', 'run', 'run', 1767263640000000, 1, 0, 'thread', '{}', NULL, NULL, 1767263640000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407', NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (74, 'running', 'long', 'run', 'run', 1767263640000000, 1, 0, 'thread', '{}', NULL, NULL, 1767263640000000, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d', NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (77, 'queued', 'limited', 'queued', 'run', 1767263700000000, 1, 0, 'thread', '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407', NULL, NULL, NULL);
INSERT INTO redengine_jobs VALUES (78, 'paused', 'limited', 'paused', 'run', 1767263700000000, 1, 0, 'thread', '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'none', false, '944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407', NULL, '{"held":true}', NULL);
INSERT INTO redengine_jobs VALUES (79, 'cancelled', 'limited', 'cancel', 'run', 1767263700000000, 1, 0, 'thread', '{}', NULL, NULL, NULL, 1767263700000000, NULL, NULL, NULL, 'cancelled by hand', NULL, 'none', false, '944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407', NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (1, 1767225600000000, 1767225600000000, 'run', 'fetch', '01a21ec4-71f2-74e5-acc2-99d3a62ba90e', 1767225600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (2, 1767225600000000, 1767225600000000, 'success', 'fetch', '01a21ec4-71f2-74e5-acc2-99d3a62ba90e', 1767225600000000, 1767225600000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (3, 1767225600000000, 1767225600000000, 'run', 'idle', '01a21ec4-71f3-7f83-b959-28f85f5380f4', 1767225600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (4, 1767225600000000, 1767225600000000, 'inaction', 'idle', '01a21ec4-71f3-7f83-b959-28f85f5380f4', 1767225600000000, 1767225600000000, 0, 'nothing new', NULL, 'nothing new', NULL);
INSERT INTO redengine_logs VALUES (5, 1767225600000000, 1767225600000000, 'run', 'owed', '01a21ec4-71f3-7403-aa41-ebda05dc6963', 1767225600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (6, 1767225600000000, 1767225600000000, 'run', 'hourly', '01a21ec4-71f3-7e52-afcd-13d4ba1d4aac', 1767225600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (7, 1767225660000000, 1767225660000000, 'run', 'long', 'crashed', 1767225660000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (8, 1767247200000000, 1767247200000000, 'crash', 'owed', '01a21ec4-71f3-7403-aa41-ebda05dc6963', 1767225600000000, 1767247200000000, 21600, 'the session that ran it ended without a shut-down', NULL, 'the session that ran it ended without a shut-down', NULL);
INSERT INTO redengine_logs VALUES (9, 1767247200000000, 1767247200000000, 'crash', 'hourly', '01a21ec4-71f3-7e52-afcd-13d4ba1d4aac', 1767225600000000, 1767247200000000, 21600, 'the session that ran it ended without a shut-down', NULL, 'the session that ran it ended without a shut-down', NULL);
INSERT INTO redengine_logs VALUES (10, 1767247200000000, 1767247200000000, 'crash', 'long', 'crashed', 1767225660000000, 1767247200000000, 21540, 'the session that ran it ended without a shut-down', NULL, 'the session that ran it ended without a shut-down', NULL);
INSERT INTO redengine_logs VALUES (11, 1767247200000000, 1767247200000000, 'inaction', 'fail', NULL, NULL, NULL, NULL, 'not started, due 6 times from 2026-01-01 00:05:00+00:00 to 2026-01-01 05:05:00+00:00: due while the scheduler was away, and missed=''skip''', NULL, 'missed', '{"first":"2026-01-01T00:05:00+00:00","last":"2026-01-01T05:05:00+00:00","count":6}');
INSERT INTO redengine_logs VALUES (12, 1767247200000000, 1767247200000000, 'inaction', 'hourly', NULL, NULL, NULL, NULL, 'not started, due 5 times from 2026-01-01 01:00:00+00:00 to 2026-01-01 05:00:00+00:00: due while the scheduler was away; made up for by the start due 2026-01-01 06:00:00+00:00', NULL, 'missed', '{"first":"2026-01-01T01:00:00+00:00","last":"2026-01-01T05:00:00+00:00","count":5}');
INSERT INTO redengine_logs VALUES (13, 1767247200000000, 1767247200000000, 'run', 'fetch', '01a21ec4-80f8-770c-93fc-e8de031ab2a3', 1767247200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (14, 1767247200000000, 1767247200000000, 'success', 'fetch', '01a21ec4-80f8-770c-93fc-e8de031ab2a3', 1767247200000000, 1767247200000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (15, 1767247200000000, 1767247200000000, 'run', 'idle', '01a21ec4-80f8-7de7-ac41-22b5fba1bdb0', 1767247200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (16, 1767247200000000, 1767247200000000, 'inaction', 'idle', '01a21ec4-80f8-7de7-ac41-22b5fba1bdb0', 1767247200000000, 1767247200000000, 0, 'nothing new', NULL, 'nothing new', NULL);
INSERT INTO redengine_logs VALUES (17, 1767247200000000, 1767247200000000, 'run', 'owed', '01a21ec4-80f9-7faf-8a7f-8def83873ed4', 1767247200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (18, 1767247200000000, 1767247200000000, 'run', 'hourly', '01a21ec4-80f9-767d-8601-bad9d8245a35', 1767247200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (19, 1767247500000000, 1767247500000000, 'run', 'fail', '01a21ec4-8128-72c3-9500-a1558d522a46', 1767247500000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (20, 1767247500000000, 1767247500000000, 'fail', 'fail', '01a21ec4-8128-72c3-9500-a1558d522a46', 1767247500000000, 1767247500000000, 0, 'attempt 1 of 2, next in 0.9 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (21, 1767247500947084, 1767247500947084, 'run', 'fail', '01a21ec4-8128-72c3-9500-a1558d522a46', 1767247500947084, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (22, 1767247500947084, 1767247500947084, 'fail', 'fail', '01a21ec4-8128-72c3-9500-a1558d522a46', 1767247500947084, 1767247500947084, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (23, 1767249000000000, 1767249000000000, 'run', 'fetch', '01a21ec4-8141-7dc3-b771-76d0c9867498', 1767249000000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (24, 1767249000000000, 1767249000000000, 'success', 'fetch', '01a21ec4-8141-7dc3-b771-76d0c9867498', 1767249000000000, 1767249000000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (25, 1767249000000000, 1767249000000000, 'run', 'unlike', 'unlike', 1767249000000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (26, 1767249000000000, 1767249000000000, 'success', 'unlike', 'unlike', 1767249000000000, 1767249000000000, 0, NULL, NULL, 'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored', NULL);
INSERT INTO redengine_logs VALUES (27, 1767249000000000, 1767249000000000, 'run', 'fetch', 'by-hand', 1767249000000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (28, 1767249000000000, 1767249000000000, 'success', 'fetch', 'by-hand', 1767249000000000, 1767249000000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (29, 1767249120000000, 1767249120000000, 'run', 'long', 'terminated', 1767249120000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (30, 1767249180000000, 1767249180000000, 'terminate', 'long', 'terminated', 1767249120000000, 1767249180000000, 60, 'enough', NULL, 'enough', NULL);
INSERT INTO redengine_logs VALUES (31, 1767249180000000, 1767249180000000, 'run', 'FlaskAPI', '01a21ec4-82a3-7a61-b3c7-8a3031715c59', 1767249180000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (32, 1767249240000000, 1767249240000000, 'run', 'fetch', 'posted', 1767249240000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (33, 1767249240000000, 1767249240000000, 'success', 'fetch', 'posted', 1767249240000000, 1767249240000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (34, 1767250800000000, 1767250800000000, 'inaction', 'owed', '01a21ec4-80f9-7faf-8a7f-8def83873ed4', NULL, NULL, NULL, 'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21ec4-80f9-7faf-8a7f-8def83873ed4 is ''run'' since 2026-01-01 06:00 UTC and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T07:00:00+00:00","last":"2026-01-01T07:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (35, 1767250800000000, 1767250800000000, 'inaction', 'hourly', '01a21ec4-80f9-767d-8601-bad9d8245a35', NULL, NULL, NULL, 'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21ec4-80f9-767d-8601-bad9d8245a35 is ''run'' since 2026-01-01 06:00 UTC and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T07:00:00+00:00","last":"2026-01-01T07:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (36, 1767250800000000, 1767250800000000, 'run', 'fetch', '01a21ec4-83b3-730c-a4cd-e4b1d7f431c1', 1767250800000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (37, 1767250800000000, 1767250800000000, 'success', 'fetch', '01a21ec4-83b3-730c-a4cd-e4b1d7f431c1', 1767250800000000, 1767250800000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (38, 1767251100000000, 1767251100000000, 'run', 'fail', '01a21ec4-83bd-78ba-9409-6754b007a064', 1767251100000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (39, 1767251100000000, 1767251100000000, 'fail', 'fail', '01a21ec4-83bd-78ba-9409-6754b007a064', 1767251100000000, 1767251100000000, 0, 'attempt 1 of 2, next in 1.1 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (40, 1767251101076700, 1767251101076700, 'run', 'fail', '01a21ec4-83bd-78ba-9409-6754b007a064', 1767251101076700, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (41, 1767251101076700, 1767251101076700, 'fail', 'fail', '01a21ec4-83bd-78ba-9409-6754b007a064', 1767251101076700, 1767251101076700, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (42, 1767252600000000, 1767252600000000, 'run', 'fetch', '01a21ec4-83cb-7867-ab1a-9243f3c59476', 1767252600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (43, 1767252600000000, 1767252600000000, 'success', 'fetch', '01a21ec4-83cb-7867-ab1a-9243f3c59476', 1767252600000000, 1767252600000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (44, 1767254400000000, 1767254400000000, 'success', 'owed', '01a21ec4-80f9-7faf-8a7f-8def83873ed4', 1767247200000000, 1767254400000000, 7200, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (45, 1767254400000000, 1767254400000000, 'success', 'hourly', '01a21ec4-80f9-767d-8601-bad9d8245a35', 1767247200000000, 1767254400000000, 7200, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (46, 1767254400000000, 1767254400000000, 'inaction', 'owed', '01a21ec4-83d7-7a01-90d0-24fe3c6ef834', NULL, NULL, NULL, 'not started, due 2026-01-01 08:00:00+00:00: 1 of 1 instances active; job 01a21ec4-83d7-7a01-90d0-24fe3c6ef834 is ''queued'' and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T08:00:00+00:00","last":"2026-01-01T08:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (47, 1767254400000000, 1767254400000000, 'inaction', 'idle', NULL, NULL, NULL, NULL, 'not started, due 2026-01-01 08:00:00+00:00: the task is disabled; set disabled=False, or force_run', NULL, 'disabled', '{"first":"2026-01-01T08:00:00+00:00","last":"2026-01-01T08:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (48, 1767254400000000, 1767254400000000, 'run', 'owed', '01a21ec4-83d7-7a01-90d0-24fe3c6ef834', 1767254400000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (49, 1767254400000000, 1767254400000000, 'run', 'hourly', '01a21ec4-83d7-7ae0-b093-03dd17aedca1', 1767254400000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (50, 1767254400000000, 1767254400000000, 'run', 'fetch', '01a21ec4-83d7-7616-b474-f6d3380154ed', 1767254400000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (51, 1767254400000000, 1767254400000000, 'success', 'fetch', '01a21ec4-83d7-7616-b474-f6d3380154ed', 1767254400000000, 1767254400000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (52, 1767254700000000, 1767254700000000, 'run', 'fail', '01a21ec4-83eb-7fb3-af2e-9264b35faf9c', 1767254700000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (53, 1767254700000000, 1767254700000000, 'fail', 'fail', '01a21ec4-83eb-7fb3-af2e-9264b35faf9c', 1767254700000000, 1767254700000000, 0, 'attempt 1 of 2, next in 0.9 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (54, 1767254700907825, 1767254700907825, 'run', 'fail', '01a21ec4-83eb-7fb3-af2e-9264b35faf9c', 1767254700907825, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (55, 1767254700907825, 1767254700907825, 'fail', 'fail', '01a21ec4-83eb-7fb3-af2e-9264b35faf9c', 1767254700907825, 1767254700907825, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (56, 1767256200000000, 1767256200000000, 'run', 'fetch', '01a21ec4-83f8-7a80-a48e-88292833db02', 1767256200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (57, 1767256200000000, 1767256200000000, 'success', 'fetch', '01a21ec4-83f8-7a80-a48e-88292833db02', 1767256200000000, 1767256200000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (58, 1767258000000000, 1767258000000000, 'inaction', 'owed', '01a21ec4-83d7-7a01-90d0-24fe3c6ef834', NULL, NULL, NULL, 'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21ec4-83d7-7a01-90d0-24fe3c6ef834 is ''run'' since 2026-01-01 08:00 UTC and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T09:00:00+00:00","last":"2026-01-01T09:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (59, 1767258000000000, 1767258000000000, 'inaction', 'hourly', '01a21ec4-83d7-7ae0-b093-03dd17aedca1', NULL, NULL, NULL, 'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21ec4-83d7-7ae0-b093-03dd17aedca1 is ''run'' since 2026-01-01 08:00 UTC and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T09:00:00+00:00","last":"2026-01-01T09:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (60, 1767258000000000, 1767258000000000, 'run', 'fetch', '01a21ec4-8403-7255-8804-62409e74dd12', 1767258000000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (61, 1767258000000000, 1767258000000000, 'success', 'fetch', '01a21ec4-8403-7255-8804-62409e74dd12', 1767258000000000, 1767258000000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (62, 1767258300000000, 1767258300000000, 'run', 'fail', '01a21ec4-840c-79ad-8f79-afde20fb55b1', 1767258300000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (63, 1767258300000000, 1767258300000000, 'fail', 'fail', '01a21ec4-840c-79ad-8f79-afde20fb55b1', 1767258300000000, 1767258300000000, 0, 'attempt 1 of 2, next in 0.9 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (64, 1767258300917862, 1767258300917862, 'run', 'fail', '01a21ec4-840c-79ad-8f79-afde20fb55b1', 1767258300917862, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (65, 1767258300917862, 1767258300917862, 'fail', 'fail', '01a21ec4-840c-79ad-8f79-afde20fb55b1', 1767258300917862, 1767258300917862, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (66, 1767259800000000, 1767259800000000, 'run', 'fetch', '01a21ec4-8422-782e-a6a6-5caec59b5d20', 1767259800000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (67, 1767259800000000, 1767259800000000, 'success', 'fetch', '01a21ec4-8422-782e-a6a6-5caec59b5d20', 1767259800000000, 1767259800000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (68, 1767261600000000, 1767261600000000, 'success', 'owed', '01a21ec4-83d7-7a01-90d0-24fe3c6ef834', 1767254400000000, 1767261600000000, 7200, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (69, 1767261600000000, 1767261600000000, 'success', 'hourly', '01a21ec4-83d7-7ae0-b093-03dd17aedca1', 1767254400000000, 1767261600000000, 7200, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (70, 1767261600000000, 1767261600000000, 'inaction', 'owed', '01a21ec4-8427-7ec2-aa5a-e9f1f01b6515', NULL, NULL, NULL, 'not started, due 2026-01-01 10:00:00+00:00: 1 of 1 instances active; job 01a21ec4-8427-7ec2-aa5a-e9f1f01b6515 is ''queued'' and holds the slot', NULL, 'overlap', '{"first":"2026-01-01T10:00:00+00:00","last":"2026-01-01T10:00:00+00:00","count":1}');
INSERT INTO redengine_logs VALUES (71, 1767261600000000, 1767261600000000, 'run', 'owed', '01a21ec4-8427-7ec2-aa5a-e9f1f01b6515', 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (72, 1767261600000000, 1767261600000000, 'run', 'hourly', '01a21ec4-8427-7cc0-94ae-5f463cd3007a', 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (73, 1767261600000000, 1767261600000000, 'run', 'fetch', '01a21ec4-8427-7f3a-b5c5-8da77c226aa9', 1767261600000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (74, 1767261600000000, 1767261600000000, 'success', 'fetch', '01a21ec4-8427-7f3a-b5c5-8da77c226aa9', 1767261600000000, 1767261600000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (75, 1767261900000000, 1767261900000000, 'run', 'fail', '01a21ec4-843a-718f-be1c-01fd54048f1b', 1767261900000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (76, 1767261900000000, 1767261900000000, 'fail', 'fail', '01a21ec4-843a-718f-be1c-01fd54048f1b', 1767261900000000, 1767261900000000, 0, 'attempt 1 of 2, next in 1.1 s', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', 'retry', NULL);
INSERT INTO redengine_logs VALUES (77, 1767261901065565, 1767261901065565, 'run', 'fail', '01a21ec4-843a-718f-be1c-01fd54048f1b', 1767261901065565, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (78, 1767261901065565, 1767261901065565, 'fail', 'fail', '01a21ec4-843a-718f-be1c-01fd54048f1b', 1767261901065565, 1767261901065565, 0, 'ValueError: no rows;', 'Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
', NULL, NULL);
INSERT INTO redengine_logs VALUES (79, 1767263400000000, 1767263400000000, 'run', 'fetch', '01a21ec4-844a-7ca1-990b-dd64e8ed00fa', 1767263400000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (80, 1767263400000000, 1767263400000000, 'success', 'fetch', '01a21ec4-844a-7ca1-990b-dd64e8ed00fa', 1767263400000000, 1767263400000000, 0, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (81, 1767263640000000, 1767263640000000, 'run', 'limited', 'holder', 1767263640000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (82, 1767263640000000, 1767263640000000, 'run', 'long', 'running', 1767263640000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO redengine_logs VALUES (83, 1767263700000000, 1767263700000000, 'inaction', 'limited', 'cancelled', NULL, 1767263700000000, NULL, NULL, NULL, 'cancelled by hand', NULL);
INSERT INTO redengine_output VALUES ('01a21ec4-71f2-74e5-acc2-99d3a62ba90e', 1, 1767225600000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-71f2-74e5-acc2-99d3a62ba90e', 2, 1767225600000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-80f8-770c-93fc-e8de031ab2a3', 1, 1767247200000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-80f8-770c-93fc-e8de031ab2a3', 2, 1767247200000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-8141-7dc3-b771-76d0c9867498', 1, 1767249000000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-8141-7dc3-b771-76d0c9867498', 2, 1767249000000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('by-hand', 1, 1767249000000000, 'stdout', 'fetching monday');
INSERT INTO redengine_output VALUES ('by-hand', 2, 1767249000000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('posted', 1, 1767249240000000, 'stdout', 'fetching tuesday');
INSERT INTO redengine_output VALUES ('posted', 2, 1767249240000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-83b3-730c-a4cd-e4b1d7f431c1', 1, 1767250800000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-83b3-730c-a4cd-e4b1d7f431c1', 2, 1767250800000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-83cb-7867-ab1a-9243f3c59476', 1, 1767252600000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-83cb-7867-ab1a-9243f3c59476', 2, 1767252600000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-83d7-7616-b474-f6d3380154ed', 1, 1767254400000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-83d7-7616-b474-f6d3380154ed', 2, 1767254400000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-83f8-7a80-a48e-88292833db02', 1, 1767256200000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-83f8-7a80-a48e-88292833db02', 2, 1767256200000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-8403-7255-8804-62409e74dd12', 1, 1767258000000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-8403-7255-8804-62409e74dd12', 2, 1767258000000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-8422-782e-a6a6-5caec59b5d20', 1, 1767259800000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-8422-782e-a6a6-5caec59b5d20', 2, 1767259800000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-8427-7f3a-b5c5-8da77c226aa9', 1, 1767261600000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-8427-7f3a-b5c5-8da77c226aa9', 2, 1767261600000000, 'stdout', 'café ☕');
INSERT INTO redengine_output VALUES ('01a21ec4-844a-7ca1-990b-dd64e8ed00fa', 1, 1767263400000000, 'stdout', 'fetching today');
INSERT INTO redengine_output VALUES ('01a21ec4-844a-7ca1-990b-dd64e8ed00fa', 2, 1767263400000000, 'stdout', 'café ☕');
INSERT INTO redengine_returns VALUES ('unlike', 1767249000000000, 'preview', '{"type":"Unlike","why":"has no JSON form (Type is not JSON serializable: Unlike)","preview":"<something unlike JSON>"}');
INSERT INTO redengine_returns VALUES ('fetch', 1767263400000000, 'json', '{"day":"today","rows":[1,2.5,null]}');
INSERT INTO redengine_state VALUES ('alive', '"2026-01-01T10:35:00+00:00"');
INSERT INTO redengine_state VALUES ('store.batch', '"f6698aa4593e45e78072da845914deff:64"');
INSERT INTO redengine_state VALUES ('store.holder', '{"session":"redengine","process":8652,"host":"vm","token":"f6698aa4593e45e78072da845914deff"}');
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
INSERT INTO redengine_version VALUES ('0009');
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
CREATE INDEX redengine_jobs_by_status ON redengine_jobs USING btree (status, seq);
CREATE INDEX redengine_jobs_by_task ON redengine_jobs USING btree (task, seq);
CREATE INDEX redengine_jobs_by_time ON redengine_jobs USING btree (submitted_at, seq);
CREATE INDEX redengine_logs_by_action ON redengine_logs USING btree (action, id);
CREATE INDEX redengine_logs_by_job ON redengine_logs USING btree (job_id);
CREATE INDEX redengine_logs_by_task ON redengine_logs USING btree (task_name, id);
CREATE INDEX redengine_logs_by_task_action ON redengine_logs USING btree (task_name, action, id);
CREATE INDEX redengine_logs_by_time ON redengine_logs USING btree ("timestamp");
