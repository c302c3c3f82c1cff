BEGIN TRANSACTION;
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
INSERT INTO "redengine_api_keys" VALUES('reader','7b6dd98c077cc70f1effcfebaff7d5e0','f54113a507f22def0c193450bb670f7204ec65a64e1b923461006b0df12a9b07','["read"]','fetch',1795812515742599,'root',NULL,NULL,NULL,NULL);
INSERT INTO "redengine_api_keys" VALUES('gone','45f37bac37fb05b9e9869d91466f3dee','07031c061710669e7d2dfab97f1ed31d28b6e8e611cfec5afe9727c6276b4fd0','["write"]',NULL,1795812515745058,'root',NULL,1795812515751111,NULL,NULL);
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
INSERT INTO "redengine_changes" VALUES(1,1767249240000000,'change','Parameters',NULL,'patch','{"secret":"*****","zone":"é"}','{}','{"secret":"*****","zone":"é"}','root','127.0.0.1',200,NULL,'9ad4ff4d-1',NULL,NULL,'{"data":{"secret":"hunter2","zone":"é"},"after":{"secret":"hunter2","zone":"é"}}');
INSERT INTO "redengine_changes" VALUES(2,1767249240000000,'change','Task','nightly','post','{"name":"nightly","command":["true"],"start_cond":"cron 0 3 * * *"}',NULL,'{"class":"CommandTask","start_cond":"cron 0 3 * * *","end_cond":null,"description":null,"tags":[],"execution":null,"priority":0,"timeout":null,"retries":0,"backoff":{"base":1.0,"factor":2.0,"maximum":3600.0,"jitter":0.1},"max_instances":1,"timezone":null,"missed":"once","jitter":null,"grace":null,"on_crash":"fail","limits":{},"rate":null,"disabled":false,"disabled_reason":null,"disabled_until":null,"on_startup":false,"on_shutdown":false,"permanent_task":false,"parameters":{},"command":["true"],"cwd":null,"env":{},"shell":false,"argform":"long","options":[]}','root','127.0.0.1',201,NULL,'9ad4ff4d-2',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(3,1767249240000000,'change','Task','fetch','patch','{"name":"fetch","priority":7}','{"priority":0}','{"priority":7}','root','127.0.0.1',200,NULL,'9ad4ff4d-3',NULL,13,NULL);
INSERT INTO "redengine_changes" VALUES(4,1767249240000000,'change','Task','idle','patch','{"name":"idle","disabled":true}','{"disabled":false,"disabled_reason":null,"disabled_until":null}','{"disabled":true,"disabled_reason":null,"disabled_until":null}','root','127.0.0.1',200,NULL,'9ad4ff4d-4',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(5,1767249240000000,'change','Config',NULL,'patch','{"max_queue_size":900}','{"max_queue_size":1000}','{"max_queue_size":900}','root','127.0.0.1',200,NULL,'9ad4ff4d-5',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(6,1767249240000000,'change','Runtimes','spare','post','{"runtime_id":"spare","kind":"thread","size":2,"is_default":false}',NULL,'{"kind":"thread","size":2}','root','127.0.0.1',201,NULL,'9ad4ff4d-6',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(7,1767249240000000,'action','Jobs',NULL,'post','{"job_id":"posted","parameters":{"day":"tuesday"},"task":"fetch"}',NULL,NULL,'root','127.0.0.1',201,NULL,'9ad4ff4d-7',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(8,1767249240000000,'action','Jobs',NULL,'post','{"job_id":"later","parameters":{"day":"tuesday"},"retries":2,"run_at":"2026-01-02T00:00:00Z","task":"fetch","timeout":"1 hour"}',NULL,NULL,'root','127.0.0.1',201,NULL,'9ad4ff4d-8',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(9,1767249240000000,'refusal','Task','nightly','post','{"command":["true"]}',NULL,NULL,'root','127.0.0.1',409,'CONFLICT','9ad4ff4d-9',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(10,1767249240000000,'action','Keys',NULL,'post','{"name":"reader","scopes":["read"],"tasks":"fetch"}',NULL,NULL,'root','127.0.0.1',201,NULL,'9ad4ff4d-a',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(11,1767249240000000,'action','Keys',NULL,'post','{"name":"gone","scopes":["write"]}',NULL,NULL,'root','127.0.0.1',201,NULL,'9ad4ff4d-b',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(12,1767249240000000,'action','Key','gone','delete',NULL,NULL,NULL,'root','127.0.0.1',204,NULL,'9ad4ff4d-c',NULL,NULL,NULL);
INSERT INTO "redengine_changes" VALUES(13,1767249240000000,'change','Task','fetch','patch','{"name":"fetch","priority":0}','{"priority":7}','{"priority":0}','root','127.0.0.1',200,NULL,'9ad4ff4d-e',3,NULL,NULL);
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
INSERT INTO "redengine_jobs" VALUES(1,'01a21ec4-4953-776a-b6c7-8f58a0ee223d','fetch','success','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T00:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(2,'01a21ec4-4953-70e2-afa8-362a80ea01a7','idle','inaction','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0.0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(3,'01a21ec4-4953-76e2-80f7-27fcc44e6a5b','owed','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600.0,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(4,'01a21ec4-4953-72ef-9ca8-c739b2a4da21','hourly','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600.0,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(5,'crashed','long','crash','run',1767225660000000,1,0,'thread','{}',NULL,NULL,1767225660000000,1767247200000000,21540.0,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(6,'01a21ec4-5d02-7f91-a371-67bfe502bc5c','fetch','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(7,'01a21ec4-5d02-70b5-931d-c1c67138152b','idle','inaction','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0.0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(8,'01a21ec4-5d04-7de6-93b8-c7ffcfd46ced','owed','success','condition',1767247200000000,1,0,'thread','{}',1767229200000000,1767229200000000,1767247200000000,1767254400000000,7200.0,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(9,'01a21ec4-5d04-7ef3-b197-909eb3fdc638','hourly','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767254400000000,7200.0,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(10,'01a21ec4-5d21-7899-a7bc-268394515d3f','fail','fail','condition',1767247500000000,2,0,'thread','{}',1767247500000000,1767247500000000,1767247500982437,1767247500982437,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(11,'01a21ec4-5d24-7269-b790-8c178f3632aa','fetch','success','condition',1767249000000000,1,0,'thread','{}',1767249000000000,1767249000000000,1767249000000000,1767249000000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(12,'unlike','unlike','success','run',1767249000000000,1,0,'thread','{}',NULL,NULL,1767249000000000,1767249000000000,0.0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored','{"type":"Unlike","why":"has no JSON form (Type is not JSON serializable: Unlike)","preview":"<something unlike JSON>"}','preview',0,'d36006a76840a58f7c1f9497b0e51a726bc39c239d3161c6d262b6b10e9d05c8',NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(13,'by-hand','fetch','success','run',1767249000000000,1,0,'thread','{"day":"monday","password":"hunter2"}',NULL,NULL,1767249000000000,1767249000000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:30:00+00:00"}',NULL,NULL,'{"day":"monday","rows":[1,2.5,null]}','json',0,'c55badb060aefbe8612e59b9bcbfe16213d340db3287d5867acb7db9bfeb9b37',NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(14,'terminated','long','terminate','run',1767249120000000,1,0,'thread','{}',NULL,NULL,1767249120000000,1767249180000000,60.0,NULL,'enough','enough',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(15,'01a21ec4-5ed0-728f-9281-564b21d0c96d','FlaskAPI','run','condition',1767249180000000,1,0,'service','{}',1767249180000000,1767249180000000,1767249180000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(16,'posted','fetch','success','api',1767249240000000,1,7,'thread','{"day":"tuesday"}',NULL,NULL,1767249240000000,1767249240000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T06:34:00+00:00"}',NULL,NULL,'{"day":"tuesday","rows":[1,2.5,null]}','json',0,'d4229a267d1af4ebe037aaf865d545a9764fb19089750f06f449463dc4dff908',NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(17,'later','fetch','queued','api',1767249240000000,1,7,'thread','{"day":"tuesday"}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'3a1c20123004c69b6d18bc881b657821a9c921aa8b7b9e99bd3ffd0ddd11ed7d',1767312000000000,'{"timeout":3600.0,"retries":2}',NULL);
INSERT INTO "redengine_jobs" VALUES(18,'01a21ec4-5fc7-7185-a02d-1451c40ecfcb','fetch','success','condition',1767250800000000,1,0,'thread','{}',1767250800000000,1767250800000000,1767250800000000,1767250800000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T07:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(19,'01a21ec4-5fc9-7b8b-99ca-c73003ca4a19','fail','fail','condition',1767251100000000,2,0,'thread','{}',1767251100000000,1767251100000000,1767251100991078,1767251100991078,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(20,'01a21ec4-5fcc-7415-84ea-b7fdcba5aec2','fetch','success','condition',1767252600000000,1,0,'thread','{}',1767252600000000,1767252600000000,1767252600000000,1767252600000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T07:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(21,'01a21ec4-5fce-7318-8015-e8bfa46e7db1','owed','success','condition',1767254400000000,1,0,'thread','{}',1767232800000000,1767232800000000,1767254400000000,1767261600000000,7200.0,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(22,'01a21ec4-5fce-799f-8d21-9e94fcf92591','hourly','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767261600000000,7200.0,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(23,'01a21ec4-5fce-7ba2-963e-33351db033f9','fetch','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767254400000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T08:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(24,'01a21ec4-5fd1-755f-99c8-df79e20d4e1f','fail','fail','condition',1767254700000000,2,0,'thread','{}',1767254700000000,1767254700000000,1767254701082353,1767254701082353,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(25,'01a21ec4-5fd4-7d3f-a3ea-4a7ad8336bfc','fetch','success','condition',1767256200000000,1,0,'thread','{}',1767256200000000,1767256200000000,1767256200000000,1767256200000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T08:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(26,'01a21ec4-5fd6-77bf-bbe3-6a9ea5366236','fetch','success','condition',1767258000000000,1,0,'thread','{}',1767258000000000,1767258000000000,1767258000000000,1767258000000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T09:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(27,'01a21ec4-5fd8-7df3-b156-0ba02e15fdd0','fail','fail','condition',1767258300000000,2,0,'thread','{}',1767258300000000,1767258300000000,1767258300946093,1767258300946093,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(28,'01a21ec4-5fda-7ce0-bfce-c1acd95af3c9','fetch','success','condition',1767259800000000,1,0,'thread','{}',1767259800000000,1767259800000000,1767259800000000,1767259800000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T09:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(29,'01a21ec4-5fdb-7bad-a9b3-77f82f4b1508','owed','run','condition',1767261600000000,1,0,'thread','{}',1767236400000000,1767236400000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(30,'01a21ec4-5fdc-708d-8198-bc0bde4a06d0','hourly','run','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(31,'01a21ec4-5fdc-7f26-85f2-24cca97668c2','fetch','success','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,1767261600000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T10:00:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(32,'01a21ec4-5fdf-7576-806d-0893e4b238ca','fail','fail','condition',1767261900000000,2,0,'thread','{}',1767261900000000,1767261900000000,1767261901091428,1767261901091428,0.0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(33,'01a21ec4-5fe1-74fa-a11d-2c0ac3eca185','fetch','success','condition',1767263400000000,1,0,'thread','{}',1767263400000000,1767263400000000,1767263400000000,1767263400000000,0.0,'{"done":3,"total":4,"text":"three of four","eta":null,"updated_at":"2026-01-01T10:30:00+00:00"}',NULL,NULL,'{"day":"today","rows":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(34,'holder','limited','run','run',1767263640000000,1,0,'thread','{}',NULL,NULL,1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(35,'running','long','run','run',1767263640000000,1,0,'thread','{}',NULL,NULL,1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(36,'queued','limited','queued','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL,NULL);
INSERT INTO "redengine_jobs" VALUES(37,'paused','limited','paused','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,'{"held":true}',NULL);
INSERT INTO "redengine_jobs" VALUES(38,'cancelled','limited','cancel','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,1767263700000000,NULL,NULL,NULL,'cancelled by hand',NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL,NULL);
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
INSERT INTO "redengine_logs" VALUES(1,1767225600000000,1767225600000000,'run','fetch','01a21ec4-4953-776a-b6c7-8f58a0ee223d',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(2,1767225600000000,1767225600000000,'success','fetch','01a21ec4-4953-776a-b6c7-8f58a0ee223d',1767225600000000,1767225600000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(3,1767225600000000,1767225600000000,'run','idle','01a21ec4-4953-70e2-afa8-362a80ea01a7',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(4,1767225600000000,1767225600000000,'inaction','idle','01a21ec4-4953-70e2-afa8-362a80ea01a7',1767225600000000,1767225600000000,0.0,'nothing new',NULL,'nothing new',NULL);
INSERT INTO "redengine_logs" VALUES(5,1767225600000000,1767225600000000,'run','owed','01a21ec4-4953-76e2-80f7-27fcc44e6a5b',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(6,1767225600000000,1767225600000000,'run','hourly','01a21ec4-4953-72ef-9ca8-c739b2a4da21',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(7,1767225660000000,1767225660000000,'run','long','crashed',1767225660000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(8,1767247200000000,1767247200000000,'crash','owed','01a21ec4-4953-76e2-80f7-27fcc44e6a5b',1767225600000000,1767247200000000,21600.0,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO "redengine_logs" VALUES(9,1767247200000000,1767247200000000,'crash','hourly','01a21ec4-4953-72ef-9ca8-c739b2a4da21',1767225600000000,1767247200000000,21600.0,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO "redengine_logs" VALUES(10,1767247200000000,1767247200000000,'crash','long','crashed',1767225660000000,1767247200000000,21540.0,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO "redengine_logs" VALUES(11,1767247200000000,1767247200000000,'inaction','fail',NULL,NULL,NULL,NULL,'not started, due 6 times from 2026-01-01 00:05:00+00:00 to 2026-01-01 05:05:00+00:00: due while the scheduler was away, and missed=''skip''',NULL,'missed','{"first":"2026-01-01T00:05:00+00:00","last":"2026-01-01T05:05:00+00:00","count":6}');
INSERT INTO "redengine_logs" VALUES(12,1767247200000000,1767247200000000,'inaction','hourly',NULL,NULL,NULL,NULL,'not started, due 5 times from 2026-01-01 01:00:00+00:00 to 2026-01-01 05:00:00+00:00: due while the scheduler was away; made up for by the start due 2026-01-01 06:00:00+00:00',NULL,'missed','{"first":"2026-01-01T01:00:00+00:00","last":"2026-01-01T05:00:00+00:00","count":5}');
INSERT INTO "redengine_logs" VALUES(13,1767247200000000,1767247200000000,'run','fetch','01a21ec4-5d02-7f91-a371-67bfe502bc5c',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(14,1767247200000000,1767247200000000,'success','fetch','01a21ec4-5d02-7f91-a371-67bfe502bc5c',1767247200000000,1767247200000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(15,1767247200000000,1767247200000000,'run','idle','01a21ec4-5d02-70b5-931d-c1c67138152b',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(16,1767247200000000,1767247200000000,'inaction','idle','01a21ec4-5d02-70b5-931d-c1c67138152b',1767247200000000,1767247200000000,0.0,'nothing new',NULL,'nothing new',NULL);
INSERT INTO "redengine_logs" VALUES(17,1767247200000000,1767247200000000,'run','owed','01a21ec4-5d04-7de6-93b8-c7ffcfd46ced',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(18,1767247200000000,1767247200000000,'run','hourly','01a21ec4-5d04-7ef3-b197-909eb3fdc638',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(19,1767247500000000,1767247500000000,'run','fail','01a21ec4-5d21-7899-a7bc-268394515d3f',1767247500000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(20,1767247500000000,1767247500000000,'fail','fail','01a21ec4-5d21-7899-a7bc-268394515d3f',1767247500000000,1767247500000000,0.0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry',NULL);
INSERT INTO "redengine_logs" VALUES(21,1767247500982437,1767247500982437,'run','fail','01a21ec4-5d21-7899-a7bc-268394515d3f',1767247500982437,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(22,1767247500982437,1767247500982437,'fail','fail','01a21ec4-5d21-7899-a7bc-268394515d3f',1767247500982437,1767247500982437,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL,NULL);
INSERT INTO "redengine_logs" VALUES(23,1767249000000000,1767249000000000,'run','fetch','01a21ec4-5d24-7269-b790-8c178f3632aa',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(24,1767249000000000,1767249000000000,'success','fetch','01a21ec4-5d24-7269-b790-8c178f3632aa',1767249000000000,1767249000000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(25,1767249000000000,1767249000000000,'run','unlike','unlike',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(26,1767249000000000,1767249000000000,'success','unlike','unlike',1767249000000000,1767249000000000,0.0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored',NULL);
INSERT INTO "redengine_logs" VALUES(27,1767249000000000,1767249000000000,'run','fetch','by-hand',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(28,1767249000000000,1767249000000000,'success','fetch','by-hand',1767249000000000,1767249000000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(29,1767249120000000,1767249120000000,'run','long','terminated',1767249120000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(30,1767249180000000,1767249180000000,'terminate','long','terminated',1767249120000000,1767249180000000,60.0,'enough',NULL,'enough',NULL);
INSERT INTO "redengine_logs" VALUES(31,1767249180000000,1767249180000000,'run','FlaskAPI','01a21ec4-5ed0-728f-9281-564b21d0c96d',1767249180000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(32,1767249240000000,1767249240000000,'run','fetch','posted',1767249240000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(33,1767249240000000,1767249240000000,'success','fetch','posted',1767249240000000,1767249240000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(34,1767250800000000,1767250800000000,'inaction','owed','01a21ec4-5d04-7de6-93b8-c7ffcfd46ced',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21ec4-5d04-7de6-93b8-c7ffcfd46ced is ''run'' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap','{"first":"2026-01-01T07:00:00+00:00","last":"2026-01-01T07:00:00+00:00","count":1}');
INSERT INTO "redengine_logs" VALUES(35,1767250800000000,1767250800000000,'inaction','hourly','01a21ec4-5d04-7ef3-b197-909eb3fdc638',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21ec4-5d04-7ef3-b197-909eb3fdc638 is ''run'' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap','{"first":"2026-01-01T07:00:00+00:00","last":"2026-01-01T07:00:00+00:00","count":1}');
INSERT INTO "redengine_logs" VALUES(36,1767250800000000,1767250800000000,'run','fetch','01a21ec4-5fc7-7185-a02d-1451c40ecfcb',1767250800000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(37,1767250800000000,1767250800000000,'success','fetch','01a21ec4-5fc7-7185-a02d-1451c40ecfcb',1767250800000000,1767250800000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(38,1767251100000000,1767251100000000,'run','fail','01a21ec4-5fc9-7b8b-99ca-c73003ca4a19',1767251100000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(39,1767251100000000,1767251100000000,'fail','fail','01a21ec4-5fc9-7b8b-99ca-c73003ca4a19',1767251100000000,1767251100000000,0.0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry',NULL);
INSERT INTO "redengine_logs" VALUES(40,1767251100991078,1767251100991078,'run','fail','01a21ec4-5fc9-7b8b-99ca-c73003ca4a19',1767251100991078,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(41,1767251100991078,1767251100991078,'fail','fail','01a21ec4-5fc9-7b8b-99ca-c73003ca4a19',1767251100991078,1767251100991078,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL,NULL);
INSERT INTO "redengine_logs" VALUES(42,1767252600000000,1767252600000000,'run','fetch','01a21ec4-5fcc-7415-84ea-b7fdcba5aec2',1767252600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(43,1767252600000000,1767252600000000,'success','fetch','01a21ec4-5fcc-7415-84ea-b7fdcba5aec2',1767252600000000,1767252600000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(44,1767254400000000,1767254400000000,'success','owed','01a21ec4-5d04-7de6-93b8-c7ffcfd46ced',1767247200000000,1767254400000000,7200.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(45,1767254400000000,1767254400000000,'success','hourly','01a21ec4-5d04-7ef3-b197-909eb3fdc638',1767247200000000,1767254400000000,7200.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(46,1767254400000000,1767254400000000,'inaction','owed','01a21ec4-5fce-7318-8015-e8bfa46e7db1',NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: 1 of 1 instances active; job 01a21ec4-5fce-7318-8015-e8bfa46e7db1 is ''queued'' and holds the slot',NULL,'overlap','{"first":"2026-01-01T08:00:00+00:00","last":"2026-01-01T08:00:00+00:00","count":1}');
INSERT INTO "redengine_logs" VALUES(47,1767254400000000,1767254400000000,'inaction','idle',NULL,NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: the task is disabled; set disabled=False, or force_run',NULL,'disabled','{"first":"2026-01-01T08:00:00+00:00","last":"2026-01-01T08:00:00+00:00","count":1}');
INSERT INTO "redengine_logs" VALUES(48,1767254400000000,1767254400000000,'run','owed','01a21ec4-5fce-7318-8015-e8bfa46e7db1',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(49,1767254400000000,1767254400000000,'run','hourly','01a21ec4-5fce-799f-8d21-9e94fcf92591',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(50,1767254400000000,1767254400000000,'run','fetch','01a21ec4-5fce-7ba2-963e-33351db033f9',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(51,1767254400000000,1767254400000000,'success','fetch','01a21ec4-5fce-7ba2-963e-33351db033f9',1767254400000000,1767254400000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(52,1767254700000000,1767254700000000,'run','fail','01a21ec4-5fd1-755f-99c8-df79e20d4e1f',1767254700000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(53,1767254700000000,1767254700000000,'fail','fail','01a21ec4-5fd1-755f-99c8-df79e20d4e1f',1767254700000000,1767254700000000,0.0,'attempt 1 of 2, next in 1.1 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry',NULL);
INSERT INTO "redengine_logs" VALUES(54,1767254701082353,1767254701082353,'run','fail','01a21ec4-5fd1-755f-99c8-df79e20d4e1f',1767254701082353,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(55,1767254701082353,1767254701082353,'fail','fail','01a21ec4-5fd1-755f-99c8-df79e20d4e1f',1767254701082353,1767254701082353,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL,NULL);
INSERT INTO "redengine_logs" VALUES(56,1767256200000000,1767256200000000,'run','fetch','01a21ec4-5fd4-7d3f-a3ea-4a7ad8336bfc',1767256200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(57,1767256200000000,1767256200000000,'success','fetch','01a21ec4-5fd4-7d3f-a3ea-4a7ad8336bfc',1767256200000000,1767256200000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(58,1767258000000000,1767258000000000,'inaction','owed','01a21ec4-5fce-7318-8015-e8bfa46e7db1',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21ec4-5fce-7318-8015-e8bfa46e7db1 is ''run'' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap','{"first":"2026-01-01T09:00:00+00:00","last":"2026-01-01T09:00:00+00:00","count":1}');
INSERT INTO "redengine_logs" VALUES(59,1767258000000000,1767258000000000,'inaction','hourly','01a21ec4-5fce-799f-8d21-9e94fcf92591',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21ec4-5fce-799f-8d21-9e94fcf92591 is ''run'' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap','{"first":"2026-01-01T09:00:00+00:00","last":"2026-01-01T09:00:00+00:00","count":1}');
INSERT INTO "redengine_logs" VALUES(60,1767258000000000,1767258000000000,'run','fetch','01a21ec4-5fd6-77bf-bbe3-6a9ea5366236',1767258000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(61,1767258000000000,1767258000000000,'success','fetch','01a21ec4-5fd6-77bf-bbe3-6a9ea5366236',1767258000000000,1767258000000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(62,1767258300000000,1767258300000000,'run','fail','01a21ec4-5fd8-7df3-b156-0ba02e15fdd0',1767258300000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(63,1767258300000000,1767258300000000,'fail','fail','01a21ec4-5fd8-7df3-b156-0ba02e15fdd0',1767258300000000,1767258300000000,0.0,'attempt 1 of 2, next in 0.9 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry',NULL);
INSERT INTO "redengine_logs" VALUES(64,1767258300946093,1767258300946093,'run','fail','01a21ec4-5fd8-7df3-b156-0ba02e15fdd0',1767258300946093,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(65,1767258300946093,1767258300946093,'fail','fail','01a21ec4-5fd8-7df3-b156-0ba02e15fdd0',1767258300946093,1767258300946093,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL,NULL);
INSERT INTO "redengine_logs" VALUES(66,1767259800000000,1767259800000000,'run','fetch','01a21ec4-5fda-7ce0-bfce-c1acd95af3c9',1767259800000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(67,1767259800000000,1767259800000000,'success','fetch','01a21ec4-5fda-7ce0-bfce-c1acd95af3c9',1767259800000000,1767259800000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(68,1767261600000000,1767261600000000,'success','owed','01a21ec4-5fce-7318-8015-e8bfa46e7db1',1767254400000000,1767261600000000,7200.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(69,1767261600000000,1767261600000000,'success','hourly','01a21ec4-5fce-799f-8d21-9e94fcf92591',1767254400000000,1767261600000000,7200.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(70,1767261600000000,1767261600000000,'inaction','owed','01a21ec4-5fdb-7bad-a9b3-77f82f4b1508',NULL,NULL,NULL,'not started, due 2026-01-01 10:00:00+00:00: 1 of 1 instances active; job 01a21ec4-5fdb-7bad-a9b3-77f82f4b1508 is ''queued'' and holds the slot',NULL,'overlap','{"first":"2026-01-01T10:00:00+00:00","last":"2026-01-01T10:00:00+00:00","count":1}');
INSERT INTO "redengine_logs" VALUES(71,1767261600000000,1767261600000000,'run','owed','01a21ec4-5fdb-7bad-a9b3-77f82f4b1508',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(72,1767261600000000,1767261600000000,'run','hourly','01a21ec4-5fdc-708d-8198-bc0bde4a06d0',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(73,1767261600000000,1767261600000000,'run','fetch','01a21ec4-5fdc-7f26-85f2-24cca97668c2',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(74,1767261600000000,1767261600000000,'success','fetch','01a21ec4-5fdc-7f26-85f2-24cca97668c2',1767261600000000,1767261600000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(75,1767261900000000,1767261900000000,'run','fail','01a21ec4-5fdf-7576-806d-0893e4b238ca',1767261900000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(76,1767261900000000,1767261900000000,'fail','fail','01a21ec4-5fdf-7576-806d-0893e4b238ca',1767261900000000,1767261900000000,0.0,'attempt 1 of 2, next in 1.1 s','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
','retry',NULL);
INSERT INTO "redengine_logs" VALUES(77,1767261901091428,1767261901091428,'run','fail','01a21ec4-5fdf-7576-806d-0893e4b238ca',1767261901091428,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(78,1767261901091428,1767261901091428,'fail','fail','01a21ec4-5fdf-7576-806d-0893e4b238ca',1767261901091428,1767261901091428,0.0,'ValueError: no rows;','Traceback (most recent call last):
  File "/srv/redengine/tests/unit/store/keep_store.py", line 62, in fail
    raise ValueError(''no rows;\nlook at the source\\table\''s "name"'')
ValueError: no rows;
look at the source\table''s "name"
',NULL,NULL);
INSERT INTO "redengine_logs" VALUES(79,1767263400000000,1767263400000000,'run','fetch','01a21ec4-5fe1-74fa-a11d-2c0ac3eca185',1767263400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(80,1767263400000000,1767263400000000,'success','fetch','01a21ec4-5fe1-74fa-a11d-2c0ac3eca185',1767263400000000,1767263400000000,0.0,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(81,1767263640000000,1767263640000000,'run','limited','holder',1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(82,1767263640000000,1767263640000000,'run','long','running',1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "redengine_logs" VALUES(83,1767263700000000,1767263700000000,'inaction','limited','cancelled',NULL,1767263700000000,NULL,NULL,NULL,'cancelled by hand',NULL);
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
INSERT INTO "redengine_output" VALUES('01a21ec4-4953-776a-b6c7-8f58a0ee223d',1,1767225600000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-4953-776a-b6c7-8f58a0ee223d',2,1767225600000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5d02-7f91-a371-67bfe502bc5c',1,1767247200000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5d02-7f91-a371-67bfe502bc5c',2,1767247200000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5d24-7269-b790-8c178f3632aa',1,1767249000000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5d24-7269-b790-8c178f3632aa',2,1767249000000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fc7-7185-a02d-1451c40ecfcb',1,1767250800000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fc7-7185-a02d-1451c40ecfcb',2,1767250800000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fcc-7415-84ea-b7fdcba5aec2',1,1767252600000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fcc-7415-84ea-b7fdcba5aec2',2,1767252600000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fce-7ba2-963e-33351db033f9',1,1767254400000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fce-7ba2-963e-33351db033f9',2,1767254400000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fd4-7d3f-a3ea-4a7ad8336bfc',1,1767256200000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fd4-7d3f-a3ea-4a7ad8336bfc',2,1767256200000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fd6-77bf-bbe3-6a9ea5366236',1,1767258000000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fd6-77bf-bbe3-6a9ea5366236',2,1767258000000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fda-7ce0-bfce-c1acd95af3c9',1,1767259800000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fda-7ce0-bfce-c1acd95af3c9',2,1767259800000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fdc-7f26-85f2-24cca97668c2',1,1767261600000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fdc-7f26-85f2-24cca97668c2',2,1767261600000000,'stdout','café ☕');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fe1-74fa-a11d-2c0ac3eca185',1,1767263400000000,'stdout','fetching today');
INSERT INTO "redengine_output" VALUES('01a21ec4-5fe1-74fa-a11d-2c0ac3eca185',2,1767263400000000,'stdout','café ☕');
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
	misfires TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "redengine_tasks" VALUES('fetch',1767225600000000,NULL,'[]');
INSERT INTO "redengine_tasks" VALUES('unlike',1767225600000000,NULL,NULL);
INSERT INTO "redengine_tasks" VALUES('fail',1767225600000000,NULL,'[]');
INSERT INTO "redengine_tasks" VALUES('idle',1767225600000000,NULL,'[]');
INSERT INTO "redengine_tasks" VALUES('owed',1767225600000000,NULL,'["2026-01-01T04:00:00+00:00","2026-01-01T05:00:00+00:00","2026-01-01T06:00:00+00:00"]');
INSERT INTO "redengine_tasks" VALUES('hourly',1767225600000000,NULL,'[]');
INSERT INTO "redengine_tasks" VALUES('long',1767225600000000,NULL,NULL);
INSERT INTO "redengine_tasks" VALUES('limited',1767225600000000,NULL,NULL);
INSERT INTO "redengine_tasks" VALUES('FlaskAPI',1767249180000000,NULL,'[]');
INSERT INTO "redengine_tasks" VALUES('nightly',1767249240000000,NULL,NULL);
CREATE TABLE redengine_version (
	version_num VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "redengine_version" VALUES('0009');
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
COMMIT;
