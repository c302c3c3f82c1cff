BEGIN TRANSACTION;
CREATE TABLE redengine_changes (
	id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	resource VARCHAR(500) NOT NULL, 
	name TEXT, 
	method VARCHAR(500) NOT NULL, 
	data TEXT, 
	actor TEXT, 
	request_id TEXT, 
	result TEXT, 
	"before" TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "redengine_changes" VALUES(1,1767249240000000,'Parameters',NULL,'patch','{"secret":"hunter2","zone":"é"}','root','412d7d79-1',NULL,'{}');
INSERT INTO "redengine_changes" VALUES(2,1767249240000000,'Task','nightly','post','{"name":"nightly","command":["true"],"start_cond":"cron 0 3 * * *"}','root','412d7d79-2',NULL,NULL);
INSERT INTO "redengine_changes" VALUES(3,1767249240000000,'Task','fetch','patch','{"name":"fetch","priority":7}','root','412d7d79-3',NULL,'{"priority":0}');
INSERT INTO "redengine_changes" VALUES(4,1767249240000000,'Task','idle','patch','{"name":"idle","disabled":true}','root','412d7d79-4',NULL,'{"disabled":false}');
INSERT INTO "redengine_changes" VALUES(5,1767249240000000,'Config',NULL,'patch','{"max_queue_size":900}','root','412d7d79-5',NULL,'{"max_queue_size":1000}');
INSERT INTO "redengine_changes" VALUES(6,1767249240000000,'Runtimes','spare','post','{"runtime_id":"spare","kind":"thread","size":2,"is_default":false}','root','412d7d79-6',NULL,NULL);
INSERT INTO "redengine_changes" VALUES(13,1767249240000000,'Task','fetch','patch','{"name":"fetch","priority":0}','root','412d7d79-e',NULL,'{"priority":7}');
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
	PRIMARY KEY (seq), 
	CONSTRAINT redengine_jobs_one_of_id UNIQUE (job_id), 
	CONSTRAINT redengine_jobs_one_of_occurrence UNIQUE (task, occurrence)
);
INSERT INTO "redengine_jobs" VALUES(1,'01a21b91-e96d-73dc-81dc-7f7097d0dff4','fetch','success','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T00:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(2,'01a21b91-e96d-7d85-b39f-86d7d666e41a','idle','inaction','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0.0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(3,'01a21b91-e96d-7f6e-8192-20537ea1087a','owed','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600.0,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(4,'01a21b91-e96d-7ec5-8f1b-7bc51aa15a71','hourly','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600.0,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(5,'crashed','long','crash','run',1767225660000000,1,0,'thread','{}',NULL,NULL,1767225660000000,1767247200000000,21540.0,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(6,'01a21b91-f796-7ab8-94fb-bb0f9057e413','fetch','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(7,'01a21b91-f796-7f1a-b883-254a3a447181','idle','inaction','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0.0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(8,'01a21b91-f796-7e50-822a-402453ae6e39','owed','success','condition',1767247200000000,1,0,'thread','{}',1767229200000000,1767229200000000,1767247200000000,1767254400000000,7200.0,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(9,'01a21b91-f797-7124-bccc-0230c206fce5','hourly','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767254400000000,7200.0,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(10,'01a21b91-f7a0-77ef-b873-5133ed7464ba','fail','fail','condition',1767247500000000,2,0,'thread','{}',1767247500000000,1767247500000000,1767247501039958,1767247501039958,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(11,'01a21b91-f7a1-75e7-9e78-d8d1be35cd99','fetch','success','condition',1767249000000000,1,0,'thread','{}',1767249000000000,1767249000000000,1767249000000000,1767249000000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(12,'unlike','unlike','success','run',1767249000000000,1,0,'thread','{}',NULL,NULL,1767249000000000,1767249000000000,0.0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored','{"type":"Unlike","why":"has no JSON form (Type is not JSON serializable: Unlike)","preview":"<something unlike JSON>"}','preview',0,'d36006a76840a58f7c1f9497b0e51a726bc39c239d3161c6d262b6b10e9d05c8',NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(13,'by-hand','fetch','success','run',1767249000000000,1,0,'thread','{"day":"monday","password":"hunter2"}',NULL,NULL,1767249000000000,1767249000000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:30:00+00:00"}',NULL,NULL,'{"day":"monday","rows":[1,2.5,null]}','json',0,'c55badb060aefbe8612e59b9bcbfe16213d340db3287d5867acb7db9bfeb9b37',NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(14,'terminated','long','terminate','run',1767249120000000,1,0,'thread','{}',NULL,NULL,1767249120000000,1767249180000000,60.0,NULL,'enough','enough',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(15,'01a21b91-f7b5-77e0-b1c7-fbafca1d5c02','FlaskAPI','run','condition',1767249180000000,1,0,'service','{}',1767249180000000,1767249180000000,1767249180000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(16,'posted','fetch','success','api',1767249240000000,1,7,'thread','{"day":"tuesday"}',NULL,NULL,1767249240000000,1767249240000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:34:00+00:00"}',NULL,NULL,'{"day":"tuesday","rows":[1,2.5,null]}','json',0,'d4229a267d1af4ebe037aaf865d545a9764fb19089750f06f449463dc4dff908',NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(17,'later','fetch','queued','api',1767249240000000,1,7,'thread','{"day":"tuesday"}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'3a1c20123004c69b6d18bc881b657821a9c921aa8b7b9e99bd3ffd0ddd11ed7d',1767312000000000,'{"timeout":3600.0,"retries":2}');
INSERT INTO "redengine_jobs" VALUES(18,'01a21b91-f7ef-71e0-89c1-23bbb0c6aedf','fetch','success','condition',1767250800000000,1,0,'thread','{}',1767250800000000,1767250800000000,1767250800000000,1767250800000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T07:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(19,'01a21b91-f7f3-7b1b-af27-30bd83b203f4','fail','fail','condition',1767251100000000,2,0,'thread','{}',1767251100000000,1767251100000000,1767251101063662,1767251101063662,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(20,'01a21b91-f7f4-7d85-ab5d-ae42b8a2460c','fetch','success','condition',1767252600000000,1,0,'thread','{}',1767252600000000,1767252600000000,1767252600000000,1767252600000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T07:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(21,'01a21b91-f7f9-7b98-add8-c45ef6832fd5','owed','success','condition',1767254400000000,1,0,'thread','{}',1767232800000000,1767232800000000,1767254400000000,1767261600000000,7200.0,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(22,'01a21b91-f7f9-749c-bac5-2e90376f0e0b','hourly','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767261600000000,7200.0,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(23,'01a21b91-f7f9-79f1-9115-4bc77eddc9f6','fetch','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767254400000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T08:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(24,'01a21b91-f7fe-77d4-9577-f7e6454b1c23','fail','fail','condition',1767254700000000,2,0,'thread','{}',1767254700000000,1767254700000000,1767254700992173,1767254700992173,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(25,'01a21b91-f7ff-70c7-b1d2-edc6cb77260e','fetch','success','condition',1767256200000000,1,0,'thread','{}',1767256200000000,1767256200000000,1767256200000000,1767256200000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T08:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(26,'01a21b91-f801-7bea-8763-2f3ba838315f','fetch','success','condition',1767258000000000,1,0,'thread','{}',1767258000000000,1767258000000000,1767258000000000,1767258000000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T09:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(27,'01a21b91-f802-7655-9ee4-97427edc6705','fail','fail','condition',1767258300000000,2,0,'thread','{}',1767258300000000,1767258300000000,1767258301004236,1767258301004236,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(28,'01a21b91-f803-7735-bd34-b181182630f0','fetch','success','condition',1767259800000000,1,0,'thread','{}',1767259800000000,1767259800000000,1767259800000000,1767259800000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T09:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(29,'01a21b91-f806-7f5c-86ac-f173c34d98dd','owed','run','condition',1767261600000000,1,0,'thread','{}',1767236400000000,1767236400000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(30,'01a21b91-f806-7c27-b359-2e18c1432f32','hourly','run','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(31,'01a21b91-f806-7773-8d00-8be946abf842','fetch','success','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,1767261600000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T10:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(32,'01a21b91-f80e-77b3-a22f-2fd79fa2bcb1','fail','fail','condition',1767261900000000,2,0,'thread','{}',1767261900000000,1767261900000000,1767261900965378,1767261900965378,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(33,'01a21b91-f80f-7231-bf52-8ea5b1b7bd7a','fetch','success','condition',1767263400000000,1,0,'thread','{}',1767263400000000,1767263400000000,1767263400000000,1767263400000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T10:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(34,'holder','limited','run','run',1767263640000000,1,0,'thread','{}',NULL,NULL,1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(35,'running','long','run','run',1767263640000000,1,0,'thread','{}',NULL,NULL,1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(36,'queued','limited','queued','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(37,'paused','limited','paused','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,'{"held":true}');
INSERT INTO "redengine_jobs" VALUES(38,'cancelled','limited','cancel','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,1767263700000000,NULL,NULL,NULL,'cancelled by hand',NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL);
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
	PRIMARY KEY (id)
);
INSERT INTO "redengine_logs" VALUES(1,1767225600000000,1767225600000000,'run','fetch','01a21b91-e96d-73dc-81dc-7f7097d0dff4',1767225600000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(2,1767225600000000,1767225600000000,'success','fetch','01a21b91-e96d-73dc-81dc-7f7097d0dff4',1767225600000000,1767225600000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(3,1767225600000000,1767225600000000,'run','idle','01a21b91-e96d-7d85-b39f-86d7d666e41a',1767225600000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(4,1767225600000000,1767225600000000,'inaction','idle','01a21b91-e96d-7d85-b39f-86d7d666e41a',1767225600000000,1767225600000000,0.0,'nothing new',NULL,'nothing new');
INSERT INTO "redengine_logs" VALUES(5,1767225600000000,1767225600000000,'run','owed','01a21b91-e96d-7f6e-8192-20537ea1087a',1767225600000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(6,1767225600000000,1767225600000000,'run','hourly','01a21b91-e96d-7ec5-8f1b-7bc51aa15a71',1767225600000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(7,1767225660000000,1767225660000000,'run','long','crashed',1767225660000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(8,1767247200000000,1767247200000000,'crash','owed','01a21b91-e96d-7f6e-8192-20537ea1087a',1767225600000000,1767247200000000,21600.0,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down');
INSERT INTO "redengine_logs" VALUES(9,1767247200000000,1767247200000000,'crash','hourly','01a21b91-e96d-7ec5-8f1b-7bc51aa15a71',1767225600000000,1767247200000000,21600.0,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down');
INSERT INTO "redengine_logs" VALUES(10,1767247200000000,1767247200000000,'crash','long','crashed',1767225660000000,1767247200000000,21540.0,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down');
INSERT INTO "redengine_logs" VALUES(11,1767247200000000,1767247200000000,'inaction','fail',NULL,NULL,NULL,NULL,'not started, due 6 times from 2026-01-01 00:05:00+00:00 to 2026-01-01 05:05:00+00:00: due while the scheduler was away, and missed=''skip''',NULL,'missed');
INSERT INTO "redengine_logs" VALUES(12,1767247200000000,1767247200000000,'inaction','hourly',NULL,NULL,NULL,NULL,'not started, due 5 times from 2026-01-01 01:00:00+00:00 to 2026-01-01 05:00:00+00:00: due while the scheduler was away; made up for by the start due 2026-01-01 06:00:00+00:00',NULL,'missed');
INSERT INTO "redengine_logs" VALUES(13,1767247200000000,1767247200000000,'run','fetch','01a21b91-f796-7ab8-94fb-bb0f9057e413',1767247200000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(14,1767247200000000,1767247200000000,'success','fetch','01a21b91-f796-7ab8-94fb-bb0f9057e413',1767247200000000,1767247200000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(15,1767247200000000,1767247200000000,'run','idle','01a21b91-f796-7f1a-b883-254a3a447181',1767247200000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(16,1767247200000000,1767247200000000,'inaction','idle','01a21b91-f796-7f1a-b883-254a3a447181',1767247200000000,1767247200000000,0.0,'nothing new',NULL,'nothing new');
INSERT INTO "redengine_logs" VALUES(17,1767247200000000,1767247200000000,'run','owed','01a21b91-f796-7e50-822a-402453ae6e39',1767247200000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(18,1767247200000000,1767247200000000,'run','hourly','01a21b91-f797-7124-bccc-0230c206fce5',1767247200000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(19,1767247500000000,1767247500000000,'run','fail','01a21b91-f7a0-77ef-b873-5133ed7464ba',1767247500000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(20,1767247500000000,1767247500000000,'fail','fail','01a21b91-f7a0-77ef-b873-5133ed7464ba',1767247500000000,1767247500000000,0.0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry');
INSERT INTO "redengine_logs" VALUES(21,1767247501039958,1767247501039958,'run','fail','01a21b91-f7a0-77ef-b873-5133ed7464ba',1767247501039958,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(22,1767247501039958,1767247501039958,'fail','fail','01a21b91-f7a0-77ef-b873-5133ed7464ba',1767247501039958,1767247501039958,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL);
INSERT INTO "redengine_logs" VALUES(23,1767249000000000,1767249000000000,'run','fetch','01a21b91-f7a1-75e7-9e78-d8d1be35cd99',1767249000000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(24,1767249000000000,1767249000000000,'success','fetch','01a21b91-f7a1-75e7-9e78-d8d1be35cd99',1767249000000000,1767249000000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(25,1767249000000000,1767249000000000,'run','unlike','unlike',1767249000000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(26,1767249000000000,1767249000000000,'success','unlike','unlike',1767249000000000,1767249000000000,0.0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored');
INSERT INTO "redengine_logs" VALUES(27,1767249000000000,1767249000000000,'run','fetch','by-hand',1767249000000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(28,1767249000000000,1767249000000000,'success','fetch','by-hand',1767249000000000,1767249000000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(29,1767249120000000,1767249120000000,'run','long','terminated',1767249120000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(30,1767249180000000,1767249180000000,'terminate','long','terminated',1767249120000000,1767249180000000,60.0,'enough',NULL,'enough');
INSERT INTO "redengine_logs" VALUES(31,1767249180000000,1767249180000000,'run','FlaskAPI','01a21b91-f7b5-77e0-b1c7-fbafca1d5c02',1767249180000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(32,1767249240000000,1767249240000000,'run','fetch','posted',1767249240000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(33,1767249240000000,1767249240000000,'success','fetch','posted',1767249240000000,1767249240000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(34,1767250800000000,1767250800000000,'inaction','owed','01a21b91-f796-7e50-822a-402453ae6e39',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21b91-f796-7e50-822a-402453ae6e39 is ''run'' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap');
INSERT INTO "redengine_logs" VALUES(35,1767250800000000,1767250800000000,'inaction','hourly','01a21b91-f797-7124-bccc-0230c206fce5',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21b91-f797-7124-bccc-0230c206fce5 is ''run'' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap');
INSERT INTO "redengine_logs" VALUES(36,1767250800000000,1767250800000000,'run','fetch','01a21b91-f7ef-71e0-89c1-23bbb0c6aedf',1767250800000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(37,1767250800000000,1767250800000000,'success','fetch','01a21b91-f7ef-71e0-89c1-23bbb0c6aedf',1767250800000000,1767250800000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(38,1767251100000000,1767251100000000,'run','fail','01a21b91-f7f3-7b1b-af27-30bd83b203f4',1767251100000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(39,1767251100000000,1767251100000000,'fail','fail','01a21b91-f7f3-7b1b-af27-30bd83b203f4',1767251100000000,1767251100000000,0.0,'attempt 1 of 2, next in 1.1 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry');
INSERT INTO "redengine_logs" VALUES(40,1767251101063662,1767251101063662,'run','fail','01a21b91-f7f3-7b1b-af27-30bd83b203f4',1767251101063662,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(41,1767251101063662,1767251101063662,'fail','fail','01a21b91-f7f3-7b1b-af27-30bd83b203f4',1767251101063662,1767251101063662,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL);
INSERT INTO "redengine_logs" VALUES(42,1767252600000000,1767252600000000,'run','fetch','01a21b91-f7f4-7d85-ab5d-ae42b8a2460c',1767252600000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(43,1767252600000000,1767252600000000,'success','fetch','01a21b91-f7f4-7d85-ab5d-ae42b8a2460c',1767252600000000,1767252600000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(44,1767254400000000,1767254400000000,'success','owed','01a21b91-f796-7e50-822a-402453ae6e39',1767247200000000,1767254400000000,7200.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(45,1767254400000000,1767254400000000,'success','hourly','01a21b91-f797-7124-bccc-0230c206fce5',1767247200000000,1767254400000000,7200.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(46,1767254400000000,1767254400000000,'inaction','owed','01a21b91-f7f9-7b98-add8-c45ef6832fd5',NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: 1 of 1 instances active; job 01a21b91-f7f9-7b98-add8-c45ef6832fd5 is ''queued'' and holds the slot',NULL,'overlap');
INSERT INTO "redengine_logs" VALUES(47,1767254400000000,1767254400000000,'inaction','idle',NULL,NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: the task is disabled; set disabled=False, or force_run',NULL,'disabled');
INSERT INTO "redengine_logs" VALUES(48,1767254400000000,1767254400000000,'run','owed','01a21b91-f7f9-7b98-add8-c45ef6832fd5',1767254400000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(49,1767254400000000,1767254400000000,'run','hourly','01a21b91-f7f9-749c-bac5-2e90376f0e0b',1767254400000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(50,1767254400000000,1767254400000000,'run','fetch','01a21b91-f7f9-79f1-9115-4bc77eddc9f6',1767254400000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(51,1767254400000000,1767254400000000,'success','fetch','01a21b91-f7f9-79f1-9115-4bc77eddc9f6',1767254400000000,1767254400000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(52,1767254700000000,1767254700000000,'run','fail','01a21b91-f7fe-77d4-9577-f7e6454b1c23',1767254700000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(53,1767254700000000,1767254700000000,'fail','fail','01a21b91-f7fe-77d4-9577-f7e6454b1c23',1767254700000000,1767254700000000,0.0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry');
INSERT INTO "redengine_logs" VALUES(54,1767254700992173,1767254700992173,'run','fail','01a21b91-f7fe-77d4-9577-f7e6454b1c23',1767254700992173,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(55,1767254700992173,1767254700992173,'fail','fail','01a21b91-f7fe-77d4-9577-f7e6454b1c23',1767254700992173,1767254700992173,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL);
INSERT INTO "redengine_logs" VALUES(56,1767256200000000,1767256200000000,'run','fetch','01a21b91-f7ff-70c7-b1d2-edc6cb77260e',1767256200000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(57,1767256200000000,1767256200000000,'success','fetch','01a21b91-f7ff-70c7-b1d2-edc6cb77260e',1767256200000000,1767256200000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(58,1767258000000000,1767258000000000,'inaction','owed','01a21b91-f7f9-7b98-add8-c45ef6832fd5',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21b91-f7f9-7b98-add8-c45ef6832fd5 is ''run'' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap');
INSERT INTO "redengine_logs" VALUES(59,1767258000000000,1767258000000000,'inaction','hourly','01a21b91-f7f9-749c-bac5-2e90376f0e0b',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21b91-f7f9-749c-bac5-2e90376f0e0b is ''run'' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap');
INSERT INTO "redengine_logs" VALUES(60,1767258000000000,1767258000000000,'run','fetch','01a21b91-f801-7bea-8763-2f3ba838315f',1767258000000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(61,1767258000000000,1767258000000000,'success','fetch','01a21b91-f801-7bea-8763-2f3ba838315f',1767258000000000,1767258000000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(62,1767258300000000,1767258300000000,'run','fail','01a21b91-f802-7655-9ee4-97427edc6705',1767258300000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(63,1767258300000000,1767258300000000,'fail','fail','01a21b91-f802-7655-9ee4-97427edc6705',1767258300000000,1767258300000000,0.0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry');
INSERT INTO "redengine_logs" VALUES(64,1767258301004236,1767258301004236,'run','fail','01a21b91-f802-7655-9ee4-97427edc6705',1767258301004236,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(65,1767258301004236,1767258301004236,'fail','fail','01a21b91-f802-7655-9ee4-97427edc6705',1767258301004236,1767258301004236,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL);
INSERT INTO "redengine_logs" VALUES(66,1767259800000000,1767259800000000,'run','fetch','01a21b91-f803-7735-bd34-b181182630f0',1767259800000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(67,1767259800000000,1767259800000000,'success','fetch','01a21b91-f803-7735-bd34-b181182630f0',1767259800000000,1767259800000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(68,1767261600000000,1767261600000000,'success','owed','01a21b91-f7f9-7b98-add8-c45ef6832fd5',1767254400000000,1767261600000000,7200.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(69,1767261600000000,1767261600000000,'success','hourly','01a21b91-f7f9-749c-bac5-2e90376f0e0b',1767254400000000,1767261600000000,7200.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(70,1767261600000000,1767261600000000,'inaction','owed','01a21b91-f806-7f5c-86ac-f173c34d98dd',NULL,NULL,NULL,'not started, due 2026-01-01 10:00:00+00:00: 1 of 1 instances active; job 01a21b91-f806-7f5c-86ac-f173c34d98dd is ''queued'' and holds the slot',NULL,'overlap');
INSERT INTO "redengine_logs" VALUES(71,1767261600000000,1767261600000000,'run','owed','01a21b91-f806-7f5c-86ac-f173c34d98dd',1767261600000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(72,1767261600000000,1767261600000000,'run','hourly','01a21b91-f806-7c27-b359-2e18c1432f32',1767261600000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(73,1767261600000000,1767261600000000,'run','fetch','01a21b91-f806-7773-8d00-8be946abf842',1767261600000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(74,1767261600000000,1767261600000000,'success','fetch','01a21b91-f806-7773-8d00-8be946abf842',1767261600000000,1767261600000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(75,1767261900000000,1767261900000000,'run','fail','01a21b91-f80e-77b3-a22f-2fd79fa2bcb1',1767261900000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(76,1767261900000000,1767261900000000,'fail','fail','01a21b91-f80e-77b3-a22f-2fd79fa2bcb1',1767261900000000,1767261900000000,0.0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry');
INSERT INTO "redengine_logs" VALUES(77,1767261900965378,1767261900965378,'run','fail','01a21b91-f80e-77b3-a22f-2fd79fa2bcb1',1767261900965378,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(78,1767261900965378,1767261900965378,'fail','fail','01a21b91-f80e-77b3-a22f-2fd79fa2bcb1',1767261900965378,1767261900965378,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL);
INSERT INTO "redengine_logs" VALUES(79,1767263400000000,1767263400000000,'run','fetch','01a21b91-f80f-7231-bf52-8ea5b1b7bd7a',1767263400000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(80,1767263400000000,1767263400000000,'success','fetch','01a21b91-f80f-7231-bf52-8ea5b1b7bd7a',1767263400000000,1767263400000000,0.0,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(81,1767263640000000,1767263640000000,'run','limited','holder',1767263640000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(82,1767263640000000,1767263640000000,'run','long','running',1767263640000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(83,1767263700000000,1767263700000000,'inaction','limited','cancelled',NULL,1767263700000000,NULL,NULL,NULL,'cancelled by hand');
CREATE TABLE redengine_output (
	job_id VARCHAR(500) NOT NULL, 
	seq INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	stream VARCHAR(500) NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (job_id, seq)
)
 WITHOUT ROWID

;
INSERT INTO "redengine_output" VALUES('01a21b91-e96d-73dc-81dc-7f7097d0dff4',1,1767225600000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-e96d-73dc-81dc-7f7097d0dff4',2,1767225600000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f796-7ab8-94fb-bb0f9057e413',1,1767247200000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f796-7ab8-94fb-bb0f9057e413',2,1767247200000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f7a1-75e7-9e78-d8d1be35cd99',1,1767249000000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f7a1-75e7-9e78-d8d1be35cd99',2,1767249000000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f7ef-71e0-89c1-23bbb0c6aedf',1,1767250800000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f7ef-71e0-89c1-23bbb0c6aedf',2,1767250800000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f7f4-7d85-ab5d-ae42b8a2460c',1,1767252600000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f7f4-7d85-ab5d-ae42b8a2460c',2,1767252600000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f7f9-79f1-9115-4bc77eddc9f6',1,1767254400000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f7f9-79f1-9115-4bc77eddc9f6',2,1767254400000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f7ff-70c7-b1d2-edc6cb77260e',1,1767256200000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f7ff-70c7-b1d2-edc6cb77260e',2,1767256200000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f801-7bea-8763-2f3ba838315f',1,1767258000000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f801-7bea-8763-2f3ba838315f',2,1767258000000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f803-7735-bd34-b181182630f0',1,1767259800000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f803-7735-bd34-b181182630f0',2,1767259800000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f806-7773-8d00-8be946abf842',1,1767261600000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f806-7773-8d00-8be946abf842',2,1767261600000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21b91-f80f-7231-bf52-8ea5b1b7bd7a',1,1767263400000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21b91-f80f-7231-bf52-8ea5b1b7bd7a',2,1767263400000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('by-hand',1,1767249000000000,'stdout','fetching monday');
INSERT INTO "redengine_output" VALUES('by-hand',2,1767249000000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('posted',1,1767249240000000,'stdout','fetching tuesday');
INSERT INTO "redengine_output" VALUES('posted',2,1767249240000000,'stdout','café ☕');
CREATE TABLE redengine_returns (
	task VARCHAR(500) NOT NULL, 
	at BIGINT NOT NULL, 
	kind VARCHAR(500) NOT NULL, 
	value TEXT, 
	PRIMARY KEY (task)
);
INSERT INTO "redengine_returns" VALUES('fetch',1767263400000000,'json','{"day":"today","rows":[1,2.5,null]}');
INSERT INTO "redengine_returns" VALUES('unlike',1767249000000000,'preview','{"type":"Unlike","why":"has no JSON form (Type is not JSON serializable: Unlike)","preview":"<something unlike JSON>"}');
CREATE TABLE redengine_state (
	"key" VARCHAR(500) NOT NULL, 
	value TEXT, 
	PRIMARY KEY ("key")
);
INSERT INTO "redengine_state" VALUES('alive','"2026-01-01T10:35:00+00:00"');
CREATE TABLE redengine_tasks (
	name VARCHAR(500) NOT NULL, 
	created BIGINT NOT NULL, 
	last_due BIGINT, 
	PRIMARY KEY (name)
);
INSERT INTO "redengine_tasks" VALUES('fetch',1767225600000000,NULL);
INSERT INTO "redengine_tasks" VALUES('unlike',1767225600000000,NULL);
INSERT INTO "redengine_tasks" VALUES('fail',1767225600000000,NULL);
INSERT INTO "redengine_tasks" VALUES('idle',1767225600000000,NULL);
INSERT INTO "redengine_tasks" VALUES('owed',1767225600000000,NULL);
INSERT INTO "redengine_tasks" VALUES('hourly',1767225600000000,NULL);
INSERT INTO "redengine_tasks" VALUES('long',1767225600000000,NULL);
INSERT INTO "redengine_tasks" VALUES('limited',1767225600000000,NULL);
INSERT INTO "redengine_tasks" VALUES('FlaskAPI',1767249180000000,NULL);
INSERT INTO "redengine_tasks" VALUES('nightly',1767249240000000,NULL);
CREATE TABLE redengine_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT redengine_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "redengine_version" VALUES('0001');
CREATE INDEX redengine_logs_by_time ON redengine_logs (timestamp);
CREATE INDEX redengine_logs_by_action ON redengine_logs (action, id);
CREATE INDEX redengine_logs_by_task ON redengine_logs (task_name, id);
CREATE INDEX redengine_logs_by_task_action ON redengine_logs (task_name, action, id);
CREATE INDEX redengine_logs_by_job ON redengine_logs (job_id);
CREATE INDEX redengine_jobs_by_task ON redengine_jobs (task, submitted_at, seq);
CREATE INDEX redengine_jobs_by_status ON redengine_jobs (status, submitted_at, seq);
CREATE INDEX redengine_jobs_by_time ON redengine_jobs (submitted_at, seq);
CREATE INDEX redengine_changes_by_resource ON redengine_changes (resource, id);
CREATE INDEX redengine_changes_by_time ON redengine_changes (at);
COMMIT;
