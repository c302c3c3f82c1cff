CREATE TABLE `redengine_api_keys` (
  `name` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `salt` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `digest` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `scopes` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `tasks` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `created_at` bigint(20) NOT NULL,
  `created_by` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `expires_at` bigint(20) DEFAULT NULL,
  `revoked_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_api_keys` VALUES ('gone','1019ca8307900cc249ad0bda0d43bd7e','57e84f3388d104600f2d0be2d5fe47a5c80e2c15e3eaa50e713f593f47d7be1d','[\"write\"]',NULL,1795799349962989,'root',NULL,1795799349977722);
INSERT INTO `redengine_api_keys` VALUES ('reader','ff1519fd1dcbe8a630d061291c6ae808','2143cbb5587ab65cdbb5c6429cbe87e9f39ba4de4754b846d3177b42ac4d3970','[\"read\"]','fetch',1795799349929748,'root',NULL,NULL);
CREATE TABLE `redengine_changes` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `created` bigint(20) NOT NULL,
  `kind` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `resource` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `name` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `method` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `data` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `before` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `after` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `actor` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `address` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `status` int(11) DEFAULT NULL,
  `result` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `request_id` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `reverts` bigint(20) DEFAULT NULL,
  `reverted_by` bigint(20) DEFAULT NULL,
  `sealed` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `redengine_changes_by_kind` (`kind`,`id`),
  KEY `redengine_changes_by_resource` (`resource`,`id`),
  KEY `redengine_changes_by_reverts` (`reverts`),
  KEY `redengine_changes_by_time` (`created`)
) ENGINE=InnoDB AUTO_INCREMENT=14 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_changes` VALUES (1,1767249240000000,'change','Parameters',NULL,'patch','{\"secret\":\"*****\",\"zone\":\"é\"}','{}','{\"secret\":\"*****\",\"zone\":\"é\"}','root','127.0.0.1',200,NULL,'6ae4b923-1',NULL,NULL,'{\"data\":{\"secret\":\"hunter2\",\"zone\":\"é\"},\"after\":{\"secret\":\"hunter2\",\"zone\":\"é\"}}');
INSERT INTO `redengine_changes` VALUES (2,1767249240000000,'change','Task','nightly','post','{\"name\":\"nightly\",\"command\":[\"true\"],\"start_cond\":\"cron 0 3 * * *\"}',NULL,'{\"class\":\"CommandTask\",\"start_cond\":\"cron 0 3 * * *\",\"end_cond\":null,\"description\":null,\"tags\":[],\"execution\":null,\"priority\":0,\"timeout\":null,\"retries\":0,\"backoff\":{\"base\":1.0,\"factor\":2.0,\"maximum\":3600.0,\"jitter\":0.1},\"max_instances\":1,\"timezone\":null,\"missed\":\"once\",\"on_crash\":\"fail\",\"limits\":{},\"rate\":null,\"disabled\":false,\"disabled_reason\":null,\"disabled_until\":null,\"on_startup\":false,\"on_shutdown\":false,\"permanent_task\":false,\"parameters\":{},\"command\":[\"true\"],\"cwd\":null,\"env\":{},\"shell\":false,\"argform\":\"long\",\"options\":[]}','root','127.0.0.1',201,NULL,'6ae4b923-2',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (3,1767249240000000,'change','Task','fetch','patch','{\"name\":\"fetch\",\"priority\":7}','{\"priority\":0}','{\"priority\":7}','root','127.0.0.1',200,NULL,'6ae4b923-3',NULL,13,NULL);
INSERT INTO `redengine_changes` VALUES (4,1767249240000000,'change','Task','idle','patch','{\"name\":\"idle\",\"disabled\":true}','{\"disabled\":false,\"disabled_reason\":null,\"disabled_until\":null}','{\"disabled\":true,\"disabled_reason\":null,\"disabled_until\":null}','root','127.0.0.1',200,NULL,'6ae4b923-4',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (5,1767249240000000,'change','Config',NULL,'patch','{\"max_queue_size\":900}','{\"max_queue_size\":1000}','{\"max_queue_size\":900}','root','127.0.0.1',200,NULL,'6ae4b923-5',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (6,1767249240000000,'change','Runtimes','spare','post','{\"runtime_id\":\"spare\",\"kind\":\"thread\",\"size\":2,\"is_default\":false}',NULL,'{\"kind\":\"thread\",\"size\":2}','root','127.0.0.1',201,NULL,'6ae4b923-6',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (7,1767249240000000,'action','Jobs',NULL,'post','{\"job_id\":\"posted\",\"parameters\":{\"day\":\"tuesday\"},\"task\":\"fetch\"}',NULL,NULL,'root','127.0.0.1',201,NULL,'6ae4b923-7',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (8,1767249240000000,'action','Jobs',NULL,'post','{\"job_id\":\"later\",\"parameters\":{\"day\":\"tuesday\"},\"retries\":2,\"run_at\":\"2026-01-02T00:00:00Z\",\"task\":\"fetch\",\"timeout\":\"1 hour\"}',NULL,NULL,'root','127.0.0.1',201,NULL,'6ae4b923-8',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (9,1767249240000000,'refusal','Task','nightly','post','{\"command\":[\"true\"]}',NULL,NULL,'root','127.0.0.1',409,'CONFLICT','6ae4b923-9',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (10,1767249240000000,'action','Keys',NULL,'post','{\"name\":\"reader\",\"scopes\":[\"read\"],\"tasks\":\"fetch\"}',NULL,NULL,'root','127.0.0.1',201,NULL,'6ae4b923-a',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (11,1767249240000000,'action','Keys',NULL,'post','{\"name\":\"gone\",\"scopes\":[\"write\"]}',NULL,NULL,'root','127.0.0.1',201,NULL,'6ae4b923-b',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (12,1767249240000000,'action','Key','gone','delete',NULL,NULL,NULL,'root','127.0.0.1',204,NULL,'6ae4b923-c',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (13,1767249240000000,'change','Task','fetch','patch','{\"name\":\"fetch\",\"priority\":0}','{\"priority\":7}','{\"priority\":0}','root','127.0.0.1',200,NULL,'6ae4b923-e',3,NULL,NULL);
CREATE TABLE `redengine_jobs` (
  `seq` bigint(20) NOT NULL AUTO_INCREMENT,
  `job_id` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `task` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `status` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `trigger` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `submitted_at` bigint(20) NOT NULL,
  `attempt` int(11) NOT NULL,
  `priority` bigint(20) NOT NULL,
  `runtime` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `parameters` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `due_at` bigint(20) DEFAULT NULL,
  `occurrence` bigint(20) DEFAULT NULL,
  `started_at` bigint(20) DEFAULT NULL,
  `ended_at` bigint(20) DEFAULT NULL,
  `duration` double DEFAULT NULL,
  `progress` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `error` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `reason` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `result` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `result_kind` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `abandoned` tinyint(1) NOT NULL,
  `content_hash` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `run_at` bigint(20) DEFAULT NULL,
  `options` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `exit_code` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`seq`),
  UNIQUE KEY `redengine_jobs_one_of_id` (`job_id`),
  UNIQUE KEY `redengine_jobs_one_of_occurrence` (`task`,`occurrence`),
  KEY `redengine_jobs_by_status` (`status`,`seq`),
  KEY `redengine_jobs_by_task` (`task`,`seq`),
  KEY `redengine_jobs_by_time` (`submitted_at`,`seq`)
) ENGINE=InnoDB AUTO_INCREMENT=82 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_jobs` VALUES (1,'01a21dfb-5dfb-7aea-b7fb-3a6ebcd345be','fetch','success','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T00:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (2,'01a21dfb-5dfb-71b1-b33b-67b20aa6086f','idle','inaction','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (4,'01a21dfb-5dfb-76d0-a3a1-f20d4ff1943e','owed','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (6,'01a21dfb-5dfb-7491-bbc3-437c2cdb5d70','hourly','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (7,'crashed','long','crash','run',1767225660000000,1,0,'thread','{}',NULL,NULL,1767225660000000,1767247200000000,21540,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (11,'01a21dfb-780a-7b5e-9a72-046996b873a3','fetch','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (13,'01a21dfb-780a-7f94-9df2-08406a99ac9c','idle','inaction','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (15,'01a21dfb-780a-7504-a661-16cb896e0f6d','owed','success','condition',1767247200000000,1,0,'thread','{}',1767229200000000,1767229200000000,1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (17,'01a21dfb-780b-753a-b057-73c9b905c955','hourly','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (18,'01a21dfb-785f-7a79-b1cd-c908ed8d4887','fail','fail','condition',1767247500000000,2,0,'thread','{}',1767247500000000,1767247500000000,1767247501065437,1767247501065437,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (20,'01a21dfb-7865-785b-b69f-65b5c0aa93ac','fetch','success','condition',1767249000000000,1,0,'thread','{}',1767249000000000,1767249000000000,1767249000000000,1767249000000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (23,'unlike','unlike','success','run',1767249000000000,1,0,'thread','{}',NULL,NULL,1767249000000000,1767249000000000,0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored','{\"type\":\"Unlike\",\"why\":\"has no JSON form (Type is not JSON serializable: Unlike)\",\"preview\":\"<something unlike JSON>\"}','preview',0,'d36006a76840a58f7c1f9497b0e51a726bc39c239d3161c6d262b6b10e9d05c8',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (24,'by-hand','fetch','success','run',1767249000000000,1,0,'thread','{\"day\":\"monday\",\"password\":\"hunter2\"}',NULL,NULL,1767249000000000,1767249000000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:30:00+00:00\"}',NULL,NULL,'{\"day\":\"monday\",\"rows\":[1,2.5,null]}','json',0,'c55badb060aefbe8612e59b9bcbfe16213d340db3287d5867acb7db9bfeb9b37',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (29,'terminated','long','terminate','run',1767249120000000,1,0,'thread','{}',NULL,NULL,1767249120000000,1767249180000000,60,NULL,'enough','enough',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (31,'01a21dfb-799a-711f-88fb-0109141509cd','FlaskAPI','run','condition',1767249180000000,1,0,'service','{}',1767249180000000,1767249180000000,1767249180000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (33,'posted','fetch','success','api',1767249240000000,1,7,'thread','{\"day\":\"tuesday\"}',NULL,NULL,1767249240000000,1767249240000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:34:00+00:00\"}',NULL,NULL,'{\"day\":\"tuesday\",\"rows\":[1,2.5,null]}','json',0,'d4229a267d1af4ebe037aaf865d545a9764fb19089750f06f449463dc4dff908',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (34,'later','fetch','queued','api',1767249240000000,1,7,'thread','{\"day\":\"tuesday\"}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'3a1c20123004c69b6d18bc881b657821a9c921aa8b7b9e99bd3ffd0ddd11ed7d',1767312000000000,'{\"timeout\":3600.0,\"retries\":2}',NULL);
INSERT INTO `redengine_jobs` VALUES (36,'01a21dfb-7c19-7cd4-88dd-4d89bc342a45','fetch','success','condition',1767250800000000,1,0,'thread','{}',1767250800000000,1767250800000000,1767250800000000,1767250800000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T07:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (38,'01a21dfb-7c36-720e-8ab1-5d2ff06245d3','fail','fail','condition',1767251100000000,2,0,'thread','{}',1767251100000000,1767251100000000,1767251101023202,1767251101023202,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (41,'01a21dfb-7c6d-7573-a22c-049c433cd7b8','fetch','success','condition',1767252600000000,1,0,'thread','{}',1767252600000000,1767252600000000,1767252600000000,1767252600000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T07:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (43,'01a21dfb-7c7a-7ef1-98a4-8167d7342ad5','owed','success','condition',1767254400000000,1,0,'thread','{}',1767232800000000,1767232800000000,1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (47,'01a21dfb-7c7a-78c1-b11c-4f8eb2f46ac2','hourly','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (48,'01a21dfb-7c7a-73f6-a19b-161eb499a5a9','fetch','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767254400000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T08:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (49,'01a21dfb-7cb5-7510-9da0-a66d98bc3b32','fail','fail','condition',1767254700000000,2,0,'thread','{}',1767254700000000,1767254700000000,1767254700956905,1767254700956905,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (52,'01a21dfb-7cd3-7a8d-adeb-ce00ce14cbbe','fetch','success','condition',1767256200000000,1,0,'thread','{}',1767256200000000,1767256200000000,1767256200000000,1767256200000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T08:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (54,'01a21dfb-7ce9-7c24-8120-fb004c1ce025','fetch','success','condition',1767258000000000,1,0,'thread','{}',1767258000000000,1767258000000000,1767258000000000,1767258000000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T09:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (56,'01a21dfb-7cf9-723c-897c-c8bd8113e51a','fail','fail','condition',1767258300000000,2,0,'thread','{}',1767258300000000,1767258300000000,1767258301076251,1767258301076251,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (59,'01a21dfb-7d11-70ac-b04b-b12c59a21dcd','fetch','success','condition',1767259800000000,1,0,'thread','{}',1767259800000000,1767259800000000,1767259800000000,1767259800000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T09:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (61,'01a21dfb-7d31-7b24-98f2-8ec7fd47f0c1','owed','run','condition',1767261600000000,1,0,'thread','{}',1767236400000000,1767236400000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (65,'01a21dfb-7d31-782e-80aa-26531b54eb48','hourly','run','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (66,'01a21dfb-7d31-7dcb-bc36-e4de2f9bf1a4','fetch','success','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,1767261600000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T10:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (67,'01a21dfb-7d79-7fb8-b1be-b6d3f7eb7fbb','fail','fail','condition',1767261900000000,2,0,'thread','{}',1767261900000000,1767261900000000,1767261900989119,1767261900989119,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (70,'01a21dfb-7d91-79e3-bc41-bbc03f3e5a82','fetch','success','condition',1767263400000000,1,0,'thread','{}',1767263400000000,1767263400000000,1767263400000000,1767263400000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T10:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (73,'holder','limited','run','run',1767263640000000,1,0,'thread','{}',NULL,NULL,1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (74,'running','long','run','run',1767263640000000,1,0,'thread','{}',NULL,NULL,1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (77,'queued','limited','queued','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (78,'paused','limited','paused','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,'{\"held\":true}',NULL);
INSERT INTO `redengine_jobs` VALUES (79,'cancelled','limited','cancel','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,1767263700000000,NULL,NULL,NULL,'cancelled by hand',NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL,NULL);
CREATE TABLE `redengine_logs` (
  `id` bigint(20) NOT NULL,
  `timestamp` bigint(20) NOT NULL,
  `created` bigint(20) NOT NULL,
  `action` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `task_name` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `job_id` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `start` bigint(20) DEFAULT NULL,
  `end` bigint(20) DEFAULT NULL,
  `duration` double DEFAULT NULL,
  `message` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `exc_text` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `reason` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `skipped` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `redengine_logs_by_action` (`action`,`id`),
  KEY `redengine_logs_by_job` (`job_id`),
  KEY `redengine_logs_by_task` (`task_name`,`id`),
  KEY `redengine_logs_by_task_action` (`task_name`,`action`,`id`),
  KEY `redengine_logs_by_time` (`timestamp`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_logs` VALUES (1,1767225600000000,1767225600000000,'run','fetch','01a21dfb-5dfb-7aea-b7fb-3a6ebcd345be',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (2,1767225600000000,1767225600000000,'success','fetch','01a21dfb-5dfb-7aea-b7fb-3a6ebcd345be',1767225600000000,1767225600000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (3,1767225600000000,1767225600000000,'run','idle','01a21dfb-5dfb-71b1-b33b-67b20aa6086f',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (4,1767225600000000,1767225600000000,'inaction','idle','01a21dfb-5dfb-71b1-b33b-67b20aa6086f',1767225600000000,1767225600000000,0,'nothing new',NULL,'nothing new',NULL);
INSERT INTO `redengine_logs` VALUES (5,1767225600000000,1767225600000000,'run','owed','01a21dfb-5dfb-76d0-a3a1-f20d4ff1943e',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (6,1767225600000000,1767225600000000,'run','hourly','01a21dfb-5dfb-7491-bbc3-437c2cdb5d70',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (7,1767225660000000,1767225660000000,'run','long','crashed',1767225660000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (8,1767247200000000,1767247200000000,'crash','owed','01a21dfb-5dfb-76d0-a3a1-f20d4ff1943e',1767225600000000,1767247200000000,21600,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO `redengine_logs` VALUES (9,1767247200000000,1767247200000000,'crash','hourly','01a21dfb-5dfb-7491-bbc3-437c2cdb5d70',1767225600000000,1767247200000000,21600,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO `redengine_logs` VALUES (10,1767247200000000,1767247200000000,'crash','long','crashed',1767225660000000,1767247200000000,21540,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO `redengine_logs` VALUES (11,1767247200000000,1767247200000000,'inaction','fail',NULL,NULL,NULL,NULL,'not started, due 6 times from 2026-01-01 00:05:00+00:00 to 2026-01-01 05:05:00+00:00: due while the scheduler was away, and missed=\'skip\'',NULL,'missed','{\"first\":\"2026-01-01T00:05:00+00:00\",\"last\":\"2026-01-01T05:05:00+00:00\",\"count\":6}');
INSERT INTO `redengine_logs` VALUES (12,1767247200000000,1767247200000000,'inaction','hourly',NULL,NULL,NULL,NULL,'not started, due 5 times from 2026-01-01 01:00:00+00:00 to 2026-01-01 05:00:00+00:00: due while the scheduler was away; made up for by the start due 2026-01-01 06:00:00+00:00',NULL,'missed','{\"first\":\"2026-01-01T01:00:00+00:00\",\"last\":\"2026-01-01T05:00:00+00:00\",\"count\":5}');
INSERT INTO `redengine_logs` VALUES (13,1767247200000000,1767247200000000,'run','fetch','01a21dfb-780a-7b5e-9a72-046996b873a3',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (14,1767247200000000,1767247200000000,'success','fetch','01a21dfb-780a-7b5e-9a72-046996b873a3',1767247200000000,1767247200000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (15,1767247200000000,1767247200000000,'run','idle','01a21dfb-780a-7f94-9df2-08406a99ac9c',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (16,1767247200000000,1767247200000000,'inaction','idle','01a21dfb-780a-7f94-9df2-08406a99ac9c',1767247200000000,1767247200000000,0,'nothing new',NULL,'nothing new',NULL);
INSERT INTO `redengine_logs` VALUES (17,1767247200000000,1767247200000000,'run','owed','01a21dfb-780a-7504-a661-16cb896e0f6d',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (18,1767247200000000,1767247200000000,'run','hourly','01a21dfb-780b-753a-b057-73c9b905c955',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (19,1767247500000000,1767247500000000,'run','fail','01a21dfb-785f-7a79-b1cd-c908ed8d4887',1767247500000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (20,1767247500000000,1767247500000000,'fail','fail','01a21dfb-785f-7a79-b1cd-c908ed8d4887',1767247500000000,1767247500000000,0,'attempt 1 of 2, next in 1.1 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (21,1767247501065437,1767247501065437,'run','fail','01a21dfb-785f-7a79-b1cd-c908ed8d4887',1767247501065437,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (22,1767247501065437,1767247501065437,'fail','fail','01a21dfb-785f-7a79-b1cd-c908ed8d4887',1767247501065437,1767247501065437,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (23,1767249000000000,1767249000000000,'run','fetch','01a21dfb-7865-785b-b69f-65b5c0aa93ac',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (24,1767249000000000,1767249000000000,'success','fetch','01a21dfb-7865-785b-b69f-65b5c0aa93ac',1767249000000000,1767249000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (25,1767249000000000,1767249000000000,'run','unlike','unlike',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (26,1767249000000000,1767249000000000,'success','unlike','unlike',1767249000000000,1767249000000000,0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored',NULL);
INSERT INTO `redengine_logs` VALUES (27,1767249000000000,1767249000000000,'run','fetch','by-hand',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (28,1767249000000000,1767249000000000,'success','fetch','by-hand',1767249000000000,1767249000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (29,1767249120000000,1767249120000000,'run','long','terminated',1767249120000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (30,1767249180000000,1767249180000000,'terminate','long','terminated',1767249120000000,1767249180000000,60,'enough',NULL,'enough',NULL);
INSERT INTO `redengine_logs` VALUES (31,1767249180000000,1767249180000000,'run','FlaskAPI','01a21dfb-799a-711f-88fb-0109141509cd',1767249180000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (32,1767249240000000,1767249240000000,'run','fetch','posted',1767249240000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (33,1767249240000000,1767249240000000,'success','fetch','posted',1767249240000000,1767249240000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (34,1767250800000000,1767250800000000,'inaction','owed','01a21dfb-780a-7504-a661-16cb896e0f6d',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21dfb-780a-7504-a661-16cb896e0f6d is \'run\' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T07:00:00+00:00\",\"last\":\"2026-01-01T07:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (35,1767250800000000,1767250800000000,'inaction','hourly','01a21dfb-780b-753a-b057-73c9b905c955',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21dfb-780b-753a-b057-73c9b905c955 is \'run\' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T07:00:00+00:00\",\"last\":\"2026-01-01T07:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (36,1767250800000000,1767250800000000,'run','fetch','01a21dfb-7c19-7cd4-88dd-4d89bc342a45',1767250800000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (37,1767250800000000,1767250800000000,'success','fetch','01a21dfb-7c19-7cd4-88dd-4d89bc342a45',1767250800000000,1767250800000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (38,1767251100000000,1767251100000000,'run','fail','01a21dfb-7c36-720e-8ab1-5d2ff06245d3',1767251100000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (39,1767251100000000,1767251100000000,'fail','fail','01a21dfb-7c36-720e-8ab1-5d2ff06245d3',1767251100000000,1767251100000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (40,1767251101023202,1767251101023202,'run','fail','01a21dfb-7c36-720e-8ab1-5d2ff06245d3',1767251101023202,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (41,1767251101023202,1767251101023202,'fail','fail','01a21dfb-7c36-720e-8ab1-5d2ff06245d3',1767251101023202,1767251101023202,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (42,1767252600000000,1767252600000000,'run','fetch','01a21dfb-7c6d-7573-a22c-049c433cd7b8',1767252600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (43,1767252600000000,1767252600000000,'success','fetch','01a21dfb-7c6d-7573-a22c-049c433cd7b8',1767252600000000,1767252600000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (44,1767254400000000,1767254400000000,'success','owed','01a21dfb-780a-7504-a661-16cb896e0f6d',1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (45,1767254400000000,1767254400000000,'success','hourly','01a21dfb-780b-753a-b057-73c9b905c955',1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (46,1767254400000000,1767254400000000,'inaction','owed','01a21dfb-7c7a-7ef1-98a4-8167d7342ad5',NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: 1 of 1 instances active; job 01a21dfb-7c7a-7ef1-98a4-8167d7342ad5 is \'queued\' and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T08:00:00+00:00\",\"last\":\"2026-01-01T08:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (47,1767254400000000,1767254400000000,'inaction','idle',NULL,NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: the task is disabled; set disabled=False, or force_run',NULL,'disabled','{\"first\":\"2026-01-01T08:00:00+00:00\",\"last\":\"2026-01-01T08:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (48,1767254400000000,1767254400000000,'run','owed','01a21dfb-7c7a-7ef1-98a4-8167d7342ad5',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (49,1767254400000000,1767254400000000,'run','hourly','01a21dfb-7c7a-78c1-b11c-4f8eb2f46ac2',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (50,1767254400000000,1767254400000000,'run','fetch','01a21dfb-7c7a-73f6-a19b-161eb499a5a9',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (51,1767254400000000,1767254400000000,'success','fetch','01a21dfb-7c7a-73f6-a19b-161eb499a5a9',1767254400000000,1767254400000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (52,1767254700000000,1767254700000000,'run','fail','01a21dfb-7cb5-7510-9da0-a66d98bc3b32',1767254700000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (53,1767254700000000,1767254700000000,'fail','fail','01a21dfb-7cb5-7510-9da0-a66d98bc3b32',1767254700000000,1767254700000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (54,1767254700956905,1767254700956905,'run','fail','01a21dfb-7cb5-7510-9da0-a66d98bc3b32',1767254700956905,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (55,1767254700956905,1767254700956905,'fail','fail','01a21dfb-7cb5-7510-9da0-a66d98bc3b32',1767254700956905,1767254700956905,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (56,1767256200000000,1767256200000000,'run','fetch','01a21dfb-7cd3-7a8d-adeb-ce00ce14cbbe',1767256200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (57,1767256200000000,1767256200000000,'success','fetch','01a21dfb-7cd3-7a8d-adeb-ce00ce14cbbe',1767256200000000,1767256200000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (58,1767258000000000,1767258000000000,'inaction','owed','01a21dfb-7c7a-7ef1-98a4-8167d7342ad5',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21dfb-7c7a-7ef1-98a4-8167d7342ad5 is \'run\' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T09:00:00+00:00\",\"last\":\"2026-01-01T09:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (59,1767258000000000,1767258000000000,'inaction','hourly','01a21dfb-7c7a-78c1-b11c-4f8eb2f46ac2',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21dfb-7c7a-78c1-b11c-4f8eb2f46ac2 is \'run\' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T09:00:00+00:00\",\"last\":\"2026-01-01T09:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (60,1767258000000000,1767258000000000,'run','fetch','01a21dfb-7ce9-7c24-8120-fb004c1ce025',1767258000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (61,1767258000000000,1767258000000000,'success','fetch','01a21dfb-7ce9-7c24-8120-fb004c1ce025',1767258000000000,1767258000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (62,1767258300000000,1767258300000000,'run','fail','01a21dfb-7cf9-723c-897c-c8bd8113e51a',1767258300000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (63,1767258300000000,1767258300000000,'fail','fail','01a21dfb-7cf9-723c-897c-c8bd8113e51a',1767258300000000,1767258300000000,0,'attempt 1 of 2, next in 1.1 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (64,1767258301076251,1767258301076251,'run','fail','01a21dfb-7cf9-723c-897c-c8bd8113e51a',1767258301076251,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (65,1767258301076251,1767258301076251,'fail','fail','01a21dfb-7cf9-723c-897c-c8bd8113e51a',1767258301076251,1767258301076251,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (66,1767259800000000,1767259800000000,'run','fetch','01a21dfb-7d11-70ac-b04b-b12c59a21dcd',1767259800000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (67,1767259800000000,1767259800000000,'success','fetch','01a21dfb-7d11-70ac-b04b-b12c59a21dcd',1767259800000000,1767259800000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (68,1767261600000000,1767261600000000,'success','owed','01a21dfb-7c7a-7ef1-98a4-8167d7342ad5',1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (69,1767261600000000,1767261600000000,'success','hourly','01a21dfb-7c7a-78c1-b11c-4f8eb2f46ac2',1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (70,1767261600000000,1767261600000000,'inaction','owed','01a21dfb-7d31-7b24-98f2-8ec7fd47f0c1',NULL,NULL,NULL,'not started, due 2026-01-01 10:00:00+00:00: 1 of 1 instances active; job 01a21dfb-7d31-7b24-98f2-8ec7fd47f0c1 is \'queued\' and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T10:00:00+00:00\",\"last\":\"2026-01-01T10:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (71,1767261600000000,1767261600000000,'run','owed','01a21dfb-7d31-7b24-98f2-8ec7fd47f0c1',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (72,1767261600000000,1767261600000000,'run','hourly','01a21dfb-7d31-782e-80aa-26531b54eb48',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (73,1767261600000000,1767261600000000,'run','fetch','01a21dfb-7d31-7dcb-bc36-e4de2f9bf1a4',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (74,1767261600000000,1767261600000000,'success','fetch','01a21dfb-7d31-7dcb-bc36-e4de2f9bf1a4',1767261600000000,1767261600000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (75,1767261900000000,1767261900000000,'run','fail','01a21dfb-7d79-7fb8-b1be-b6d3f7eb7fbb',1767261900000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (76,1767261900000000,1767261900000000,'fail','fail','01a21dfb-7d79-7fb8-b1be-b6d3f7eb7fbb',1767261900000000,1767261900000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (77,1767261900989119,1767261900989119,'run','fail','01a21dfb-7d79-7fb8-b1be-b6d3f7eb7fbb',1767261900989119,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (78,1767261900989119,1767261900989119,'fail','fail','01a21dfb-7d79-7fb8-b1be-b6d3f7eb7fbb',1767261900989119,1767261900989119,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (79,1767263400000000,1767263400000000,'run','fetch','01a21dfb-7d91-79e3-bc41-bbc03f3e5a82',1767263400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (80,1767263400000000,1767263400000000,'success','fetch','01a21dfb-7d91-79e3-bc41-bbc03f3e5a82',1767263400000000,1767263400000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (81,1767263640000000,1767263640000000,'run','limited','holder',1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (82,1767263640000000,1767263640000000,'run','long','running',1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (83,1767263700000000,1767263700000000,'inaction','limited','cancelled',NULL,1767263700000000,NULL,NULL,NULL,'cancelled by hand',NULL);
CREATE TABLE `redengine_output` (
  `job_id` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `seq` bigint(20) NOT NULL,
  `at` bigint(20) NOT NULL,
  `stream` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `text` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  PRIMARY KEY (`job_id`,`seq`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_output` VALUES ('01a21dfb-5dfb-7aea-b7fb-3a6ebcd345be',1,1767225600000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-5dfb-7aea-b7fb-3a6ebcd345be',2,1767225600000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-780a-7b5e-9a72-046996b873a3',1,1767247200000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-780a-7b5e-9a72-046996b873a3',2,1767247200000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7865-785b-b69f-65b5c0aa93ac',1,1767249000000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7865-785b-b69f-65b5c0aa93ac',2,1767249000000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7c19-7cd4-88dd-4d89bc342a45',1,1767250800000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7c19-7cd4-88dd-4d89bc342a45',2,1767250800000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7c6d-7573-a22c-049c433cd7b8',1,1767252600000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7c6d-7573-a22c-049c433cd7b8',2,1767252600000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7c7a-73f6-a19b-161eb499a5a9',1,1767254400000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7c7a-73f6-a19b-161eb499a5a9',2,1767254400000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7cd3-7a8d-adeb-ce00ce14cbbe',1,1767256200000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7cd3-7a8d-adeb-ce00ce14cbbe',2,1767256200000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7ce9-7c24-8120-fb004c1ce025',1,1767258000000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7ce9-7c24-8120-fb004c1ce025',2,1767258000000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7d11-70ac-b04b-b12c59a21dcd',1,1767259800000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7d11-70ac-b04b-b12c59a21dcd',2,1767259800000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7d31-7dcb-bc36-e4de2f9bf1a4',1,1767261600000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7d31-7dcb-bc36-e4de2f9bf1a4',2,1767261600000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7d91-79e3-bc41-bbc03f3e5a82',1,1767263400000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21dfb-7d91-79e3-bc41-bbc03f3e5a82',2,1767263400000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('by-hand',1,1767249000000000,'stdout','fetching monday');
INSERT INTO `redengine_output` VALUES ('by-hand',2,1767249000000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('posted',1,1767249240000000,'stdout','fetching tuesday');
INSERT INTO `redengine_output` VALUES ('posted',2,1767249240000000,'stdout','café ☕');
CREATE TABLE `redengine_returns` (
  `task` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `at` bigint(20) NOT NULL,
  `kind` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `value` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`task`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_returns` VALUES ('fetch',1767263400000000,'json','{\"day\":\"today\",\"rows\":[1,2.5,null]}');
INSERT INTO `redengine_returns` VALUES ('unlike',1767249000000000,'preview','{\"type\":\"Unlike\",\"why\":\"has no JSON form (Type is not JSON serializable: Unlike)\",\"preview\":\"<something unlike JSON>\"}');
CREATE TABLE `redengine_state` (
  `key` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `value` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`key`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_state` VALUES ('alive','\"2026-01-01T10:35:00+00:00\"');
INSERT INTO `redengine_state` VALUES ('store.batch','\"c38f568772de48d69a52042123219ba1:64\"');
INSERT INTO `redengine_state` VALUES ('store.holder','{\"session\":\"redengine\",\"process\":31331,\"host\":\"vm\",\"token\":\"c38f568772de48d69a52042123219ba1\"}');
CREATE TABLE `redengine_tasks` (
  `name` varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
  `created` bigint(20) NOT NULL,
  `last_due` bigint(20) DEFAULT NULL,
  `misfires` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_tasks` VALUES ('FlaskAPI',1767249180000000,NULL,'[]');
INSERT INTO `redengine_tasks` VALUES ('fail',1767225600000000,NULL,'[]');
INSERT INTO `redengine_tasks` VALUES ('fetch',1767225600000000,NULL,'[]');
INSERT INTO `redengine_tasks` VALUES ('hourly',1767225600000000,NULL,'[]');
INSERT INTO `redengine_tasks` VALUES ('idle',1767225600000000,NULL,'[]');
INSERT INTO `redengine_tasks` VALUES ('limited',1767225600000000,NULL,NULL);
INSERT INTO `redengine_tasks` VALUES ('long',1767225600000000,NULL,NULL);
INSERT INTO `redengine_tasks` VALUES ('nightly',1767249240000000,NULL,NULL);
INSERT INTO `redengine_tasks` VALUES ('owed',1767225600000000,NULL,'[\"2026-01-01T04:00:00+00:00\",\"2026-01-01T05:00:00+00:00\",\"2026-01-01T06:00:00+00:00\"]');
INSERT INTO `redengine_tasks` VALUES ('unlike',1767225600000000,NULL,NULL);
CREATE TABLE `redengine_version` (
  `version_num` varchar(32) NOT NULL,
  PRIMARY KEY (`version_num`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_version` VALUES ('0008');
