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
  `commands` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  `channels` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_api_keys` VALUES ('gone','27ba8ee8919f73875a9d56e6a6dcaf61','e3f08a82aff82139ec5975e8e5823d33ca18dc5af37db97132b77e4a44ae8947','[\"write\"]',NULL,1795812536487469,'root',NULL,1795812536500994,NULL,NULL);
INSERT INTO `redengine_api_keys` VALUES ('reader','58c7853ccde7597fbb2f2a24e08b6935','c11d70ed39363bd948412a04f91d5a6041d74cf6fddda6110f6fd3984b062006','[\"read\"]','fetch',1795812536476503,'root',NULL,NULL,NULL,NULL);
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
INSERT INTO `redengine_changes` VALUES (1,1767249240000000,'change','Parameters',NULL,'patch','{\"secret\":\"*****\",\"zone\":\"é\"}','{}','{\"secret\":\"*****\",\"zone\":\"é\"}','root','127.0.0.1',200,NULL,'1b6c8427-1',NULL,NULL,'{\"data\":{\"secret\":\"hunter2\",\"zone\":\"é\"},\"after\":{\"secret\":\"hunter2\",\"zone\":\"é\"}}');
INSERT INTO `redengine_changes` VALUES (2,1767249240000000,'change','Task','nightly','post','{\"name\":\"nightly\",\"command\":[\"true\"],\"start_cond\":\"cron 0 3 * * *\"}',NULL,'{\"class\":\"CommandTask\",\"start_cond\":\"cron 0 3 * * *\",\"end_cond\":null,\"description\":null,\"tags\":[],\"execution\":null,\"priority\":0,\"timeout\":null,\"retries\":0,\"backoff\":{\"base\":1.0,\"factor\":2.0,\"maximum\":3600.0,\"jitter\":0.1},\"max_instances\":1,\"timezone\":null,\"missed\":\"once\",\"jitter\":null,\"grace\":null,\"on_crash\":\"fail\",\"limits\":{},\"rate\":null,\"disabled\":false,\"disabled_reason\":null,\"disabled_until\":null,\"on_startup\":false,\"on_shutdown\":false,\"permanent_task\":false,\"parameters\":{},\"command\":[\"true\"],\"cwd\":null,\"env\":{},\"shell\":false,\"argform\":\"long\",\"options\":[]}','root','127.0.0.1',201,NULL,'1b6c8427-2',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (3,1767249240000000,'change','Task','fetch','patch','{\"name\":\"fetch\",\"priority\":7}','{\"priority\":0}','{\"priority\":7}','root','127.0.0.1',200,NULL,'1b6c8427-3',NULL,13,NULL);
INSERT INTO `redengine_changes` VALUES (4,1767249240000000,'change','Task','idle','patch','{\"name\":\"idle\",\"disabled\":true}','{\"disabled\":false,\"disabled_reason\":null,\"disabled_until\":null}','{\"disabled\":true,\"disabled_reason\":null,\"disabled_until\":null}','root','127.0.0.1',200,NULL,'1b6c8427-4',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (5,1767249240000000,'change','Config',NULL,'patch','{\"max_queue_size\":900}','{\"max_queue_size\":1000}','{\"max_queue_size\":900}','root','127.0.0.1',200,NULL,'1b6c8427-5',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (6,1767249240000000,'change','Runtimes','spare','post','{\"runtime_id\":\"spare\",\"kind\":\"thread\",\"size\":2,\"is_default\":false}',NULL,'{\"kind\":\"thread\",\"size\":2}','root','127.0.0.1',201,NULL,'1b6c8427-6',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (7,1767249240000000,'action','Jobs',NULL,'post','{\"job_id\":\"posted\",\"parameters\":{\"day\":\"tuesday\"},\"task\":\"fetch\"}',NULL,NULL,'root','127.0.0.1',201,NULL,'1b6c8427-7',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (8,1767249240000000,'action','Jobs',NULL,'post','{\"job_id\":\"later\",\"parameters\":{\"day\":\"tuesday\"},\"retries\":2,\"run_at\":\"2026-01-02T00:00:00Z\",\"task\":\"fetch\",\"timeout\":\"1 hour\"}',NULL,NULL,'root','127.0.0.1',201,NULL,'1b6c8427-8',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (9,1767249240000000,'refusal','Task','nightly','post','{\"command\":[\"true\"]}',NULL,NULL,'root','127.0.0.1',409,'CONFLICT','1b6c8427-9',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (10,1767249240000000,'action','Keys',NULL,'post','{\"name\":\"reader\",\"scopes\":[\"read\"],\"tasks\":\"fetch\"}',NULL,NULL,'root','127.0.0.1',201,NULL,'1b6c8427-a',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (11,1767249240000000,'action','Keys',NULL,'post','{\"name\":\"gone\",\"scopes\":[\"write\"]}',NULL,NULL,'root','127.0.0.1',201,NULL,'1b6c8427-b',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (12,1767249240000000,'action','Key','gone','delete',NULL,NULL,NULL,'root','127.0.0.1',204,NULL,'1b6c8427-c',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (13,1767249240000000,'change','Task','fetch','patch','{\"name\":\"fetch\",\"priority\":0}','{\"priority\":7}','{\"priority\":0}','root','127.0.0.1',200,NULL,'1b6c8427-e',3,NULL,NULL);
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
INSERT INTO `redengine_jobs` VALUES (1,'01a21ec4-9b94-7081-8867-510840510166','fetch','success','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T00:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (2,'01a21ec4-9b94-772b-83ca-1a3eedbb786a','idle','inaction','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (4,'01a21ec4-9b95-7553-9c72-26e578bb5421','owed','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (6,'01a21ec4-9b95-78bc-8e3d-bb53349ff1fa','hourly','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (7,'crashed','long','crash','run',1767225660000000,1,0,'thread','{}',NULL,NULL,1767225660000000,1767247200000000,21540,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (11,'01a21ec4-ad67-74c9-8938-93d844a3ccbd','fetch','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (13,'01a21ec4-ad67-7620-8bf3-6ab742e30f80','idle','inaction','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (15,'01a21ec4-ad68-7a80-a728-37e98b228391','owed','success','condition',1767247200000000,1,0,'thread','{}',1767229200000000,1767229200000000,1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (17,'01a21ec4-ad68-7899-9dcb-cd542665d11d','hourly','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (18,'01a21ec4-ad95-766e-8337-384d019c8fc8','fail','fail','condition',1767247500000000,2,0,'thread','{}',1767247500000000,1767247500000000,1767247501023609,1767247501023609,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (20,'01a21ec4-ada8-7dfb-b7ea-d9d103c1e261','fetch','success','condition',1767249000000000,1,0,'thread','{}',1767249000000000,1767249000000000,1767249000000000,1767249000000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (23,'unlike','unlike','success','run',1767249000000000,1,0,'thread','{}',NULL,NULL,1767249000000000,1767249000000000,0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored','{\"type\":\"Unlike\",\"why\":\"has no JSON form (Type is not JSON serializable: Unlike)\",\"preview\":\"<something unlike JSON>\"}','preview',0,'d36006a76840a58f7c1f9497b0e51a726bc39c239d3161c6d262b6b10e9d05c8',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (24,'by-hand','fetch','success','run',1767249000000000,1,0,'thread','{\"day\":\"monday\",\"password\":\"hunter2\"}',NULL,NULL,1767249000000000,1767249000000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:30:00+00:00\"}',NULL,NULL,'{\"day\":\"monday\",\"rows\":[1,2.5,null]}','json',0,'c55badb060aefbe8612e59b9bcbfe16213d340db3287d5867acb7db9bfeb9b37',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (29,'terminated','long','terminate','run',1767249120000000,1,0,'thread','{}',NULL,NULL,1767249120000000,1767249180000000,60,NULL,'enough','enough',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (31,'01a21ec4-af6d-7004-bfb1-581cfebd1b38','FlaskAPI','run','condition',1767249180000000,1,0,'service','{}',1767249180000000,1767249180000000,1767249180000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (33,'posted','fetch','success','api',1767249240000000,1,7,'thread','{\"day\":\"tuesday\"}',NULL,NULL,1767249240000000,1767249240000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:34:00+00:00\"}',NULL,NULL,'{\"day\":\"tuesday\",\"rows\":[1,2.5,null]}','json',0,'d4229a267d1af4ebe037aaf865d545a9764fb19089750f06f449463dc4dff908',NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (34,'later','fetch','queued','api',1767249240000000,1,7,'thread','{\"day\":\"tuesday\"}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'3a1c20123004c69b6d18bc881b657821a9c921aa8b7b9e99bd3ffd0ddd11ed7d',1767312000000000,'{\"timeout\":3600.0,\"retries\":2}',NULL);
INSERT INTO `redengine_jobs` VALUES (36,'01a21ec4-b108-7aea-92da-ef8b693500dc','fetch','success','condition',1767250800000000,1,0,'thread','{}',1767250800000000,1767250800000000,1767250800000000,1767250800000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T07:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (38,'01a21ec4-b117-7ead-93c9-890a4b5f7dce','fail','fail','condition',1767251100000000,2,0,'thread','{}',1767251100000000,1767251100000000,1767251100993199,1767251100993199,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (41,'01a21ec4-b130-7438-a4dd-0911a871508c','fetch','success','condition',1767252600000000,1,0,'thread','{}',1767252600000000,1767252600000000,1767252600000000,1767252600000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T07:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (43,'01a21ec4-b140-7279-b565-2fbbd7475ef8','owed','success','condition',1767254400000000,1,0,'thread','{}',1767232800000000,1767232800000000,1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (47,'01a21ec4-b141-7f9e-9ece-abe49bd34dbb','hourly','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (48,'01a21ec4-b141-755e-86e6-0eb26dffc6a6','fetch','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767254400000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T08:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (49,'01a21ec4-b160-7b60-a1c5-a502a2cd55ab','fail','fail','condition',1767254700000000,2,0,'thread','{}',1767254700000000,1767254700000000,1767254701013992,1767254701013992,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (52,'01a21ec4-b176-7028-a5c3-e06d00447b8f','fetch','success','condition',1767256200000000,1,0,'thread','{}',1767256200000000,1767256200000000,1767256200000000,1767256200000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T08:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (54,'01a21ec4-b180-7686-b220-a9c23c3a61b4','fetch','success','condition',1767258000000000,1,0,'thread','{}',1767258000000000,1767258000000000,1767258000000000,1767258000000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T09:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (56,'01a21ec4-b194-7859-bb2d-e68d0c703c1d','fail','fail','condition',1767258300000000,2,0,'thread','{}',1767258300000000,1767258300000000,1767258301036643,1767258301036643,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (59,'01a21ec4-b1a7-77ec-bc2a-8ae03387b9c8','fetch','success','condition',1767259800000000,1,0,'thread','{}',1767259800000000,1767259800000000,1767259800000000,1767259800000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T09:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (61,'01a21ec4-b1b2-7950-b12b-e1b023be6e3d','owed','run','condition',1767261600000000,1,0,'thread','{}',1767236400000000,1767236400000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (65,'01a21ec4-b1b2-75d3-a499-4f0ec7c39259','hourly','run','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (66,'01a21ec4-b1b2-7598-bd34-c7d495ce08ba','fetch','success','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,1767261600000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T10:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (67,'01a21ec4-b1d4-77e0-a283-d90395b3eb1e','fail','fail','condition',1767261900000000,2,0,'thread','{}',1767261900000000,1767261900000000,1767261900965019,1767261900965019,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (70,'01a21ec4-b1e9-7d0a-981b-614d62edd041','fetch','success','condition',1767263400000000,1,0,'thread','{}',1767263400000000,1767263400000000,1767263400000000,1767263400000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T10:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL,NULL);
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
INSERT INTO `redengine_logs` VALUES (1,1767225600000000,1767225600000000,'run','fetch','01a21ec4-9b94-7081-8867-510840510166',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (2,1767225600000000,1767225600000000,'success','fetch','01a21ec4-9b94-7081-8867-510840510166',1767225600000000,1767225600000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (3,1767225600000000,1767225600000000,'run','idle','01a21ec4-9b94-772b-83ca-1a3eedbb786a',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (4,1767225600000000,1767225600000000,'inaction','idle','01a21ec4-9b94-772b-83ca-1a3eedbb786a',1767225600000000,1767225600000000,0,'nothing new',NULL,'nothing new',NULL);
INSERT INTO `redengine_logs` VALUES (5,1767225600000000,1767225600000000,'run','owed','01a21ec4-9b95-7553-9c72-26e578bb5421',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (6,1767225600000000,1767225600000000,'run','hourly','01a21ec4-9b95-78bc-8e3d-bb53349ff1fa',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (7,1767225660000000,1767225660000000,'run','long','crashed',1767225660000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (8,1767247200000000,1767247200000000,'crash','owed','01a21ec4-9b95-7553-9c72-26e578bb5421',1767225600000000,1767247200000000,21600,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO `redengine_logs` VALUES (9,1767247200000000,1767247200000000,'crash','hourly','01a21ec4-9b95-78bc-8e3d-bb53349ff1fa',1767225600000000,1767247200000000,21600,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO `redengine_logs` VALUES (10,1767247200000000,1767247200000000,'crash','long','crashed',1767225660000000,1767247200000000,21540,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO `redengine_logs` VALUES (11,1767247200000000,1767247200000000,'inaction','fail',NULL,NULL,NULL,NULL,'not started, due 6 times from 2026-01-01 00:05:00+00:00 to 2026-01-01 05:05:00+00:00: due while the scheduler was away, and missed=\'skip\'',NULL,'missed','{\"first\":\"2026-01-01T00:05:00+00:00\",\"last\":\"2026-01-01T05:05:00+00:00\",\"count\":6}');
INSERT INTO `redengine_logs` VALUES (12,1767247200000000,1767247200000000,'inaction','hourly',NULL,NULL,NULL,NULL,'not started, due 5 times from 2026-01-01 01:00:00+00:00 to 2026-01-01 05:00:00+00:00: due while the scheduler was away; made up for by the start due 2026-01-01 06:00:00+00:00',NULL,'missed','{\"first\":\"2026-01-01T01:00:00+00:00\",\"last\":\"2026-01-01T05:00:00+00:00\",\"count\":5}');
INSERT INTO `redengine_logs` VALUES (13,1767247200000000,1767247200000000,'run','fetch','01a21ec4-ad67-74c9-8938-93d844a3ccbd',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (14,1767247200000000,1767247200000000,'success','fetch','01a21ec4-ad67-74c9-8938-93d844a3ccbd',1767247200000000,1767247200000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (15,1767247200000000,1767247200000000,'run','idle','01a21ec4-ad67-7620-8bf3-6ab742e30f80',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (16,1767247200000000,1767247200000000,'inaction','idle','01a21ec4-ad67-7620-8bf3-6ab742e30f80',1767247200000000,1767247200000000,0,'nothing new',NULL,'nothing new',NULL);
INSERT INTO `redengine_logs` VALUES (17,1767247200000000,1767247200000000,'run','owed','01a21ec4-ad68-7a80-a728-37e98b228391',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (18,1767247200000000,1767247200000000,'run','hourly','01a21ec4-ad68-7899-9dcb-cd542665d11d',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (19,1767247500000000,1767247500000000,'run','fail','01a21ec4-ad95-766e-8337-384d019c8fc8',1767247500000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (20,1767247500000000,1767247500000000,'fail','fail','01a21ec4-ad95-766e-8337-384d019c8fc8',1767247500000000,1767247500000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (21,1767247501023609,1767247501023609,'run','fail','01a21ec4-ad95-766e-8337-384d019c8fc8',1767247501023609,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (22,1767247501023609,1767247501023609,'fail','fail','01a21ec4-ad95-766e-8337-384d019c8fc8',1767247501023609,1767247501023609,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (23,1767249000000000,1767249000000000,'run','fetch','01a21ec4-ada8-7dfb-b7ea-d9d103c1e261',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (24,1767249000000000,1767249000000000,'success','fetch','01a21ec4-ada8-7dfb-b7ea-d9d103c1e261',1767249000000000,1767249000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (25,1767249000000000,1767249000000000,'run','unlike','unlike',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (26,1767249000000000,1767249000000000,'success','unlike','unlike',1767249000000000,1767249000000000,0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored',NULL);
INSERT INTO `redengine_logs` VALUES (27,1767249000000000,1767249000000000,'run','fetch','by-hand',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (28,1767249000000000,1767249000000000,'success','fetch','by-hand',1767249000000000,1767249000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (29,1767249120000000,1767249120000000,'run','long','terminated',1767249120000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (30,1767249180000000,1767249180000000,'terminate','long','terminated',1767249120000000,1767249180000000,60,'enough',NULL,'enough',NULL);
INSERT INTO `redengine_logs` VALUES (31,1767249180000000,1767249180000000,'run','FlaskAPI','01a21ec4-af6d-7004-bfb1-581cfebd1b38',1767249180000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (32,1767249240000000,1767249240000000,'run','fetch','posted',1767249240000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (33,1767249240000000,1767249240000000,'success','fetch','posted',1767249240000000,1767249240000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (34,1767250800000000,1767250800000000,'inaction','owed','01a21ec4-ad68-7a80-a728-37e98b228391',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21ec4-ad68-7a80-a728-37e98b228391 is \'run\' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T07:00:00+00:00\",\"last\":\"2026-01-01T07:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (35,1767250800000000,1767250800000000,'inaction','hourly','01a21ec4-ad68-7899-9dcb-cd542665d11d',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21ec4-ad68-7899-9dcb-cd542665d11d is \'run\' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T07:00:00+00:00\",\"last\":\"2026-01-01T07:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (36,1767250800000000,1767250800000000,'run','fetch','01a21ec4-b108-7aea-92da-ef8b693500dc',1767250800000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (37,1767250800000000,1767250800000000,'success','fetch','01a21ec4-b108-7aea-92da-ef8b693500dc',1767250800000000,1767250800000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (38,1767251100000000,1767251100000000,'run','fail','01a21ec4-b117-7ead-93c9-890a4b5f7dce',1767251100000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (39,1767251100000000,1767251100000000,'fail','fail','01a21ec4-b117-7ead-93c9-890a4b5f7dce',1767251100000000,1767251100000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (40,1767251100993199,1767251100993199,'run','fail','01a21ec4-b117-7ead-93c9-890a4b5f7dce',1767251100993199,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (41,1767251100993199,1767251100993199,'fail','fail','01a21ec4-b117-7ead-93c9-890a4b5f7dce',1767251100993199,1767251100993199,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (42,1767252600000000,1767252600000000,'run','fetch','01a21ec4-b130-7438-a4dd-0911a871508c',1767252600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (43,1767252600000000,1767252600000000,'success','fetch','01a21ec4-b130-7438-a4dd-0911a871508c',1767252600000000,1767252600000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (44,1767254400000000,1767254400000000,'success','owed','01a21ec4-ad68-7a80-a728-37e98b228391',1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (45,1767254400000000,1767254400000000,'success','hourly','01a21ec4-ad68-7899-9dcb-cd542665d11d',1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (46,1767254400000000,1767254400000000,'inaction','owed','01a21ec4-b140-7279-b565-2fbbd7475ef8',NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: 1 of 1 instances active; job 01a21ec4-b140-7279-b565-2fbbd7475ef8 is \'queued\' and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T08:00:00+00:00\",\"last\":\"2026-01-01T08:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (47,1767254400000000,1767254400000000,'inaction','idle',NULL,NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: the task is disabled; set disabled=False, or force_run',NULL,'disabled','{\"first\":\"2026-01-01T08:00:00+00:00\",\"last\":\"2026-01-01T08:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (48,1767254400000000,1767254400000000,'run','owed','01a21ec4-b140-7279-b565-2fbbd7475ef8',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (49,1767254400000000,1767254400000000,'run','hourly','01a21ec4-b141-7f9e-9ece-abe49bd34dbb',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (50,1767254400000000,1767254400000000,'run','fetch','01a21ec4-b141-755e-86e6-0eb26dffc6a6',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (51,1767254400000000,1767254400000000,'success','fetch','01a21ec4-b141-755e-86e6-0eb26dffc6a6',1767254400000000,1767254400000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (52,1767254700000000,1767254700000000,'run','fail','01a21ec4-b160-7b60-a1c5-a502a2cd55ab',1767254700000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (53,1767254700000000,1767254700000000,'fail','fail','01a21ec4-b160-7b60-a1c5-a502a2cd55ab',1767254700000000,1767254700000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (54,1767254701013992,1767254701013992,'run','fail','01a21ec4-b160-7b60-a1c5-a502a2cd55ab',1767254701013992,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (55,1767254701013992,1767254701013992,'fail','fail','01a21ec4-b160-7b60-a1c5-a502a2cd55ab',1767254701013992,1767254701013992,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (56,1767256200000000,1767256200000000,'run','fetch','01a21ec4-b176-7028-a5c3-e06d00447b8f',1767256200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (57,1767256200000000,1767256200000000,'success','fetch','01a21ec4-b176-7028-a5c3-e06d00447b8f',1767256200000000,1767256200000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (58,1767258000000000,1767258000000000,'inaction','owed','01a21ec4-b140-7279-b565-2fbbd7475ef8',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21ec4-b140-7279-b565-2fbbd7475ef8 is \'run\' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T09:00:00+00:00\",\"last\":\"2026-01-01T09:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (59,1767258000000000,1767258000000000,'inaction','hourly','01a21ec4-b141-7f9e-9ece-abe49bd34dbb',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21ec4-b141-7f9e-9ece-abe49bd34dbb is \'run\' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T09:00:00+00:00\",\"last\":\"2026-01-01T09:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (60,1767258000000000,1767258000000000,'run','fetch','01a21ec4-b180-7686-b220-a9c23c3a61b4',1767258000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (61,1767258000000000,1767258000000000,'success','fetch','01a21ec4-b180-7686-b220-a9c23c3a61b4',1767258000000000,1767258000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (62,1767258300000000,1767258300000000,'run','fail','01a21ec4-b194-7859-bb2d-e68d0c703c1d',1767258300000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (63,1767258300000000,1767258300000000,'fail','fail','01a21ec4-b194-7859-bb2d-e68d0c703c1d',1767258300000000,1767258300000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (64,1767258301036643,1767258301036643,'run','fail','01a21ec4-b194-7859-bb2d-e68d0c703c1d',1767258301036643,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (65,1767258301036643,1767258301036643,'fail','fail','01a21ec4-b194-7859-bb2d-e68d0c703c1d',1767258301036643,1767258301036643,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (66,1767259800000000,1767259800000000,'run','fetch','01a21ec4-b1a7-77ec-bc2a-8ae03387b9c8',1767259800000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (67,1767259800000000,1767259800000000,'success','fetch','01a21ec4-b1a7-77ec-bc2a-8ae03387b9c8',1767259800000000,1767259800000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (68,1767261600000000,1767261600000000,'success','owed','01a21ec4-b140-7279-b565-2fbbd7475ef8',1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (69,1767261600000000,1767261600000000,'success','hourly','01a21ec4-b141-7f9e-9ece-abe49bd34dbb',1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (70,1767261600000000,1767261600000000,'inaction','owed','01a21ec4-b1b2-7950-b12b-e1b023be6e3d',NULL,NULL,NULL,'not started, due 2026-01-01 10:00:00+00:00: 1 of 1 instances active; job 01a21ec4-b1b2-7950-b12b-e1b023be6e3d is \'queued\' and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T10:00:00+00:00\",\"last\":\"2026-01-01T10:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (71,1767261600000000,1767261600000000,'run','owed','01a21ec4-b1b2-7950-b12b-e1b023be6e3d',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (72,1767261600000000,1767261600000000,'run','hourly','01a21ec4-b1b2-75d3-a499-4f0ec7c39259',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (73,1767261600000000,1767261600000000,'run','fetch','01a21ec4-b1b2-7598-bd34-c7d495ce08ba',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (74,1767261600000000,1767261600000000,'success','fetch','01a21ec4-b1b2-7598-bd34-c7d495ce08ba',1767261600000000,1767261600000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (75,1767261900000000,1767261900000000,'run','fail','01a21ec4-b1d4-77e0-a283-d90395b3eb1e',1767261900000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (76,1767261900000000,1767261900000000,'fail','fail','01a21ec4-b1d4-77e0-a283-d90395b3eb1e',1767261900000000,1767261900000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (77,1767261900965019,1767261900965019,'run','fail','01a21ec4-b1d4-77e0-a283-d90395b3eb1e',1767261900965019,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (78,1767261900965019,1767261900965019,'fail','fail','01a21ec4-b1d4-77e0-a283-d90395b3eb1e',1767261900965019,1767261900965019,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (79,1767263400000000,1767263400000000,'run','fetch','01a21ec4-b1e9-7d0a-981b-614d62edd041',1767263400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (80,1767263400000000,1767263400000000,'success','fetch','01a21ec4-b1e9-7d0a-981b-614d62edd041',1767263400000000,1767263400000000,0,NULL,NULL,NULL,NULL);
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
INSERT INTO `redengine_output` VALUES ('01a21ec4-9b94-7081-8867-510840510166',1,1767225600000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-9b94-7081-8867-510840510166',2,1767225600000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-ad67-74c9-8938-93d844a3ccbd',1,1767247200000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-ad67-74c9-8938-93d844a3ccbd',2,1767247200000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-ada8-7dfb-b7ea-d9d103c1e261',1,1767249000000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-ada8-7dfb-b7ea-d9d103c1e261',2,1767249000000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b108-7aea-92da-ef8b693500dc',1,1767250800000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b108-7aea-92da-ef8b693500dc',2,1767250800000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b130-7438-a4dd-0911a871508c',1,1767252600000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b130-7438-a4dd-0911a871508c',2,1767252600000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b141-755e-86e6-0eb26dffc6a6',1,1767254400000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b141-755e-86e6-0eb26dffc6a6',2,1767254400000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b176-7028-a5c3-e06d00447b8f',1,1767256200000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b176-7028-a5c3-e06d00447b8f',2,1767256200000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b180-7686-b220-a9c23c3a61b4',1,1767258000000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b180-7686-b220-a9c23c3a61b4',2,1767258000000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b1a7-77ec-bc2a-8ae03387b9c8',1,1767259800000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b1a7-77ec-bc2a-8ae03387b9c8',2,1767259800000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b1b2-7598-bd34-c7d495ce08ba',1,1767261600000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b1b2-7598-bd34-c7d495ce08ba',2,1767261600000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b1e9-7d0a-981b-614d62edd041',1,1767263400000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21ec4-b1e9-7d0a-981b-614d62edd041',2,1767263400000000,'stdout','café ☕');
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
INSERT INTO `redengine_state` VALUES ('store.batch','\"99161edb3eb94292980ea21a2be8a1d8:64\"');
INSERT INTO `redengine_state` VALUES ('store.holder','{\"session\":\"redengine\",\"process\":8887,\"host\":\"vm\",\"token\":\"99161edb3eb94292980ea21a2be8a1d8\"}');
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
INSERT INTO `redengine_version` VALUES ('0009');
