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
INSERT INTO `redengine_api_keys` VALUES ('gone','d2b8fb3d48bbe7f5e7ff634a04439d21','012ff5dff1e1c6f4d8301f6a967fdafbc444139da8a4ffe4e4b7ce753c09d4da','[\"write\"]',NULL,1795758900283537,'root',NULL,1795758900287635);
INSERT INTO `redengine_api_keys` VALUES ('reader','a434a1a6c843624e9fde5f7d056c396f','db18e1377240d72cb13a27bf675561e10ad523a1592eb669e048abdb2b0c1efd','[\"read\"]','fetch',1795758900281767,'root',NULL,NULL);
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
  KEY `redengine_changes_by_reverts` (`reverts`),
  KEY `redengine_changes_by_resource` (`resource`,`id`),
  KEY `redengine_changes_by_time` (`created`),
  KEY `redengine_changes_by_kind` (`kind`,`id`)
) ENGINE=InnoDB AUTO_INCREMENT=14 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_changes` VALUES (1,1767249240000000,'change','Parameters',NULL,'patch','{\"secret\":\"*****\",\"zone\":\"é\"}','{}','{\"secret\":\"*****\",\"zone\":\"é\"}','root','127.0.0.1',200,NULL,'ebfdaaff-1',NULL,NULL,'{\"data\":{\"secret\":\"hunter2\",\"zone\":\"é\"},\"after\":{\"secret\":\"hunter2\",\"zone\":\"é\"}}');
INSERT INTO `redengine_changes` VALUES (2,1767249240000000,'change','Task','nightly','post','{\"name\":\"nightly\",\"command\":[\"true\"],\"start_cond\":\"cron 0 3 * * *\"}',NULL,'{\"class\":\"CommandTask\",\"start_cond\":\"cron 0 3 * * *\",\"end_cond\":null,\"description\":null,\"tags\":[],\"execution\":null,\"priority\":0,\"timeout\":null,\"retries\":0,\"backoff\":{\"base\":1.0,\"factor\":2.0,\"maximum\":3600.0,\"jitter\":0.1},\"max_instances\":1,\"missed\":\"once\",\"on_crash\":\"fail\",\"limits\":{},\"rate\":null,\"disabled\":false,\"disabled_reason\":null,\"disabled_until\":null,\"on_startup\":false,\"on_shutdown\":false,\"permanent_task\":false,\"parameters\":{},\"command\":[\"true\"],\"cwd\":null,\"env\":{},\"shell\":false,\"argform\":\"long\",\"options\":[]}','root','127.0.0.1',201,NULL,'ebfdaaff-2',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (3,1767249240000000,'change','Task','fetch','patch','{\"name\":\"fetch\",\"priority\":7}','{\"priority\":0}','{\"priority\":7}','root','127.0.0.1',200,NULL,'ebfdaaff-3',NULL,13,NULL);
INSERT INTO `redengine_changes` VALUES (4,1767249240000000,'change','Task','idle','patch','{\"name\":\"idle\",\"disabled\":true}','{\"disabled\":false}','{\"disabled\":true}','root','127.0.0.1',200,NULL,'ebfdaaff-4',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (5,1767249240000000,'change','Config',NULL,'patch','{\"max_queue_size\":900}','{\"max_queue_size\":1000}','{\"max_queue_size\":900}','root','127.0.0.1',200,NULL,'ebfdaaff-5',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (6,1767249240000000,'change','Runtimes','spare','post','{\"runtime_id\":\"spare\",\"kind\":\"thread\",\"size\":2,\"is_default\":false}',NULL,'{\"kind\":\"thread\",\"size\":2}','root','127.0.0.1',201,NULL,'ebfdaaff-6',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (7,1767249240000000,'action','Jobs',NULL,'post','{\"job_id\":\"posted\",\"parameters\":{\"day\":\"tuesday\"},\"task\":\"fetch\"}',NULL,NULL,'root','127.0.0.1',201,NULL,'ebfdaaff-7',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (8,1767249240000000,'action','Jobs',NULL,'post','{\"job_id\":\"later\",\"parameters\":{\"day\":\"tuesday\"},\"retries\":2,\"run_at\":\"2026-01-02T00:00:00Z\",\"task\":\"fetch\",\"timeout\":\"1 hour\"}',NULL,NULL,'root','127.0.0.1',201,NULL,'ebfdaaff-8',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (9,1767249240000000,'refusal','Task','nightly','post','{\"command\":[\"true\"]}',NULL,NULL,'root','127.0.0.1',409,'CONFLICT','ebfdaaff-9',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (10,1767249240000000,'action','Keys',NULL,'post','{\"name\":\"reader\",\"scopes\":[\"read\"],\"tasks\":\"fetch\"}',NULL,NULL,'root','127.0.0.1',201,NULL,'ebfdaaff-a',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (11,1767249240000000,'action','Keys',NULL,'post','{\"name\":\"gone\",\"scopes\":[\"write\"]}',NULL,NULL,'root','127.0.0.1',201,NULL,'ebfdaaff-b',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (12,1767249240000000,'action','Key','gone','delete',NULL,NULL,NULL,'root','127.0.0.1',204,NULL,'ebfdaaff-c',NULL,NULL,NULL);
INSERT INTO `redengine_changes` VALUES (13,1767249240000000,'change','Task','fetch','patch','{\"name\":\"fetch\",\"priority\":0}','{\"priority\":7}','{\"priority\":0}','root','127.0.0.1',200,NULL,'ebfdaaff-e',3,NULL,NULL);
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
  PRIMARY KEY (`seq`),
  UNIQUE KEY `redengine_jobs_one_of_id` (`job_id`),
  UNIQUE KEY `redengine_jobs_one_of_occurrence` (`task`,`occurrence`),
  KEY `redengine_jobs_by_task` (`task`,`submitted_at`,`seq`),
  KEY `redengine_jobs_by_status` (`status`,`submitted_at`,`seq`),
  KEY `redengine_jobs_by_time` (`submitted_at`,`seq`)
) ENGINE=InnoDB AUTO_INCREMENT=82 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_jobs` VALUES (1,'01a21b92-3174-7e0d-b670-5e9637d69cd8','fetch','success','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T00:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (2,'01a21b92-3175-7dfa-9a8f-f7e8e8402871','idle','inaction','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767225600000000,0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (4,'01a21b92-3175-72d9-bd1b-2d004aac22c6','owed','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (6,'01a21b92-3175-7ab1-ae60-e3d6e0d7cc16','hourly','crash','condition',1767225600000000,1,0,'thread','{}',1767225600000000,1767225600000000,1767225600000000,1767247200000000,21600,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (7,'crashed','long','crash','run',1767225660000000,1,0,'thread','{}',NULL,NULL,1767225660000000,1767247200000000,21540,NULL,'the session that ran it ended without a shut-down','the session that ran it ended without a shut-down',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (11,'01a21b92-42ab-76cd-b164-e170f8ee0386','fetch','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (13,'01a21b92-42ab-737e-89ac-2964b25e2e75','idle','inaction','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767247200000000,0,NULL,'nothing new','nothing new',NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (15,'01a21b92-42ab-7907-a862-b82a166dc43a','owed','success','condition',1767247200000000,1,0,'thread','{}',1767229200000000,1767229200000000,1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (17,'01a21b92-42ab-7f87-bf67-30a37ece83a8','hourly','success','condition',1767247200000000,1,0,'thread','{}',1767247200000000,1767247200000000,1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (18,'01a21b92-42de-7437-86f5-17c1c34f2138','fail','fail','condition',1767247500000000,2,0,'thread','{}',1767247500000000,1767247500000000,1767247500918863,1767247500918863,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (20,'01a21b92-4306-716e-9761-fe32f6851ac0','fetch','success','condition',1767249000000000,1,0,'thread','{}',1767249000000000,1767249000000000,1767249000000000,1767249000000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (23,'unlike','unlike','success','run',1767249000000000,1,0,'thread','{}',NULL,NULL,1767249000000000,1767249000000000,0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored','{\"type\":\"Unlike\",\"why\":\"has no JSON form (Type is not JSON serializable: Unlike)\",\"preview\":\"<something unlike JSON>\"}','preview',0,'d36006a76840a58f7c1f9497b0e51a726bc39c239d3161c6d262b6b10e9d05c8',NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (24,'by-hand','fetch','success','run',1767249000000000,1,0,'thread','{\"day\":\"monday\",\"password\":\"hunter2\"}',NULL,NULL,1767249000000000,1767249000000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:30:00+00:00\"}',NULL,NULL,'{\"day\":\"monday\",\"rows\":[1,2.5,null]}','json',0,'c55badb060aefbe8612e59b9bcbfe16213d340db3287d5867acb7db9bfeb9b37',NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (29,'terminated','long','terminate','run',1767249120000000,1,0,'thread','{}',NULL,NULL,1767249120000000,1767249180000000,60,NULL,'enough','enough',NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (31,'01a21b92-43c4-76a0-9b9c-3c3db8d393a6','FlaskAPI','run','condition',1767249180000000,1,0,'service','{}',1767249180000000,1767249180000000,1767249180000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (33,'posted','fetch','success','api',1767249240000000,1,7,'thread','{\"day\":\"tuesday\"}',NULL,NULL,1767249240000000,1767249240000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T06:34:00+00:00\"}',NULL,NULL,'{\"day\":\"tuesday\",\"rows\":[1,2.5,null]}','json',0,'d4229a267d1af4ebe037aaf865d545a9764fb19089750f06f449463dc4dff908',NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (34,'later','fetch','queued','api',1767249240000000,1,7,'thread','{\"day\":\"tuesday\"}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'3a1c20123004c69b6d18bc881b657821a9c921aa8b7b9e99bd3ffd0ddd11ed7d',1767312000000000,'{\"timeout\":3600.0,\"retries\":2}');
INSERT INTO `redengine_jobs` VALUES (36,'01a21b92-4455-77b6-bb98-264965d4cb95','fetch','success','condition',1767250800000000,1,0,'thread','{}',1767250800000000,1767250800000000,1767250800000000,1767250800000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T07:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (38,'01a21b92-445b-753e-8ddf-4e2e50020a9d','fail','fail','condition',1767251100000000,2,0,'thread','{}',1767251100000000,1767251100000000,1767251101093177,1767251101093177,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (41,'01a21b92-4467-7c64-85a6-3a5582f2e8aa','fetch','success','condition',1767252600000000,1,0,'thread','{}',1767252600000000,1767252600000000,1767252600000000,1767252600000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T07:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (43,'01a21b92-4468-7265-aeb4-582115094f7e','owed','success','condition',1767254400000000,1,0,'thread','{}',1767232800000000,1767232800000000,1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (47,'01a21b92-4469-7f41-a7ef-082b1c4df010','hourly','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (48,'01a21b92-4469-7364-90ab-4c1d12351856','fetch','success','condition',1767254400000000,1,0,'thread','{}',1767254400000000,1767254400000000,1767254400000000,1767254400000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T08:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (49,'01a21b92-447e-7119-9da2-a4a0b1189043','fail','fail','condition',1767254700000000,2,0,'thread','{}',1767254700000000,1767254700000000,1767254701095321,1767254701095321,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (52,'01a21b92-4487-7c72-bc0c-2ef55dcfd082','fetch','success','condition',1767256200000000,1,0,'thread','{}',1767256200000000,1767256200000000,1767256200000000,1767256200000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T08:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (54,'01a21b92-448b-7c58-b9b2-e0f56ee6a8c5','fetch','success','condition',1767258000000000,1,0,'thread','{}',1767258000000000,1767258000000000,1767258000000000,1767258000000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T09:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (56,'01a21b92-448e-7c64-a705-0d0b156c01f5','fail','fail','condition',1767258300000000,2,0,'thread','{}',1767258300000000,1767258300000000,1767258300969212,1767258300969212,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (59,'01a21b92-4495-7d97-935e-a1ed0b5e5aaf','fetch','success','condition',1767259800000000,1,0,'thread','{}',1767259800000000,1767259800000000,1767259800000000,1767259800000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T09:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (61,'01a21b92-4497-7c1d-8d3e-4d2da8b93b5d','owed','run','condition',1767261600000000,1,0,'thread','{}',1767236400000000,1767236400000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (65,'01a21b92-4498-760b-a2b3-d4ea13f6623a','hourly','run','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (66,'01a21b92-4498-7fdd-9744-1e6a05373bad','fetch','success','condition',1767261600000000,1,0,'thread','{}',1767261600000000,1767261600000000,1767261600000000,1767261600000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T10:00:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (67,'01a21b92-449c-75be-8fb3-99f019d73b9d','fail','fail','condition',1767261900000000,2,0,'thread','{}',1767261900000000,1767261900000000,1767261900968354,1767261900968354,0,NULL,'ValueError: no rows;',NULL,NULL,'none',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (70,'01a21b92-44a4-7348-9ecb-a7d5aa0fb017','fetch','success','condition',1767263400000000,1,0,'thread','{}',1767263400000000,1767263400000000,1767263400000000,1767263400000000,0,'{\"done\":3,\"total\":4,\"text\":\"three of four\",\"eta\":null,\"updated_at\":\"2026-01-01T10:30:00+00:00\"}',NULL,NULL,'{\"day\":\"today\",\"rows\":[1,2.5,null]}','json',0,NULL,NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (73,'holder','limited','run','run',1767263640000000,1,0,'thread','{}',NULL,NULL,1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (74,'running','long','run','run',1767263640000000,1,0,'thread','{}',NULL,NULL,1767263640000000,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'95ed196681e0b77b942ae361ce4fb64282211cb39191d4a20a8324e51cbd0c0d',NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (77,'queued','limited','queued','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL);
INSERT INTO `redengine_jobs` VALUES (78,'paused','limited','paused','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,'{\"held\":true}');
INSERT INTO `redengine_jobs` VALUES (79,'cancelled','limited','cancel','run',1767263700000000,1,0,'thread','{}',NULL,NULL,NULL,1767263700000000,NULL,NULL,NULL,'cancelled by hand',NULL,'none',0,'944f1fd41a19b7c9779a5b1b9bc6b8b299fc86a58d7677a6152ff88ab724c407',NULL,NULL);
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
  KEY `redengine_logs_by_task_action` (`task_name`,`action`,`id`),
  KEY `redengine_logs_by_job` (`job_id`),
  KEY `redengine_logs_by_task` (`task_name`,`id`),
  KEY `redengine_logs_by_time` (`timestamp`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `redengine_logs` VALUES (1,1767225600000000,1767225600000000,'run','fetch','01a21b92-3174-7e0d-b670-5e9637d69cd8',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (2,1767225600000000,1767225600000000,'success','fetch','01a21b92-3174-7e0d-b670-5e9637d69cd8',1767225600000000,1767225600000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (3,1767225600000000,1767225600000000,'run','idle','01a21b92-3175-7dfa-9a8f-f7e8e8402871',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (4,1767225600000000,1767225600000000,'inaction','idle','01a21b92-3175-7dfa-9a8f-f7e8e8402871',1767225600000000,1767225600000000,0,'nothing new',NULL,'nothing new',NULL);
INSERT INTO `redengine_logs` VALUES (5,1767225600000000,1767225600000000,'run','owed','01a21b92-3175-72d9-bd1b-2d004aac22c6',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (6,1767225600000000,1767225600000000,'run','hourly','01a21b92-3175-7ab1-ae60-e3d6e0d7cc16',1767225600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (7,1767225660000000,1767225660000000,'run','long','crashed',1767225660000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (8,1767247200000000,1767247200000000,'crash','owed','01a21b92-3175-72d9-bd1b-2d004aac22c6',1767225600000000,1767247200000000,21600,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO `redengine_logs` VALUES (9,1767247200000000,1767247200000000,'crash','hourly','01a21b92-3175-7ab1-ae60-e3d6e0d7cc16',1767225600000000,1767247200000000,21600,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO `redengine_logs` VALUES (10,1767247200000000,1767247200000000,'crash','long','crashed',1767225660000000,1767247200000000,21540,'the session that ran it ended without a shut-down',NULL,'the session that ran it ended without a shut-down',NULL);
INSERT INTO `redengine_logs` VALUES (11,1767247200000000,1767247200000000,'inaction','fail',NULL,NULL,NULL,NULL,'not started, due 6 times from 2026-01-01 00:05:00+00:00 to 2026-01-01 05:05:00+00:00: due while the scheduler was away, and missed=\'skip\'',NULL,'missed','{\"first\":\"2026-01-01T00:05:00+00:00\",\"last\":\"2026-01-01T05:05:00+00:00\",\"count\":6}');
INSERT INTO `redengine_logs` VALUES (12,1767247200000000,1767247200000000,'inaction','hourly',NULL,NULL,NULL,NULL,'not started, due 5 times from 2026-01-01 01:00:00+00:00 to 2026-01-01 05:00:00+00:00: due while the scheduler was away; made up for by the start due 2026-01-01 06:00:00+00:00',NULL,'missed','{\"first\":\"2026-01-01T01:00:00+00:00\",\"last\":\"2026-01-01T05:00:00+00:00\",\"count\":5}');
INSERT INTO `redengine_logs` VALUES (13,1767247200000000,1767247200000000,'run','fetch','01a21b92-42ab-76cd-b164-e170f8ee0386',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (14,1767247200000000,1767247200000000,'success','fetch','01a21b92-42ab-76cd-b164-e170f8ee0386',1767247200000000,1767247200000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (15,1767247200000000,1767247200000000,'run','idle','01a21b92-42ab-737e-89ac-2964b25e2e75',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (16,1767247200000000,1767247200000000,'inaction','idle','01a21b92-42ab-737e-89ac-2964b25e2e75',1767247200000000,1767247200000000,0,'nothing new',NULL,'nothing new',NULL);
INSERT INTO `redengine_logs` VALUES (17,1767247200000000,1767247200000000,'run','owed','01a21b92-42ab-7907-a862-b82a166dc43a',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (18,1767247200000000,1767247200000000,'run','hourly','01a21b92-42ab-7f87-bf67-30a37ece83a8',1767247200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (19,1767247500000000,1767247500000000,'run','fail','01a21b92-42de-7437-86f5-17c1c34f2138',1767247500000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (20,1767247500000000,1767247500000000,'fail','fail','01a21b92-42de-7437-86f5-17c1c34f2138',1767247500000000,1767247500000000,0,'attempt 1 of 2, next in 0.9 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (21,1767247500918863,1767247500918863,'run','fail','01a21b92-42de-7437-86f5-17c1c34f2138',1767247500918863,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (22,1767247500918863,1767247500918863,'fail','fail','01a21b92-42de-7437-86f5-17c1c34f2138',1767247500918863,1767247500918863,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (23,1767249000000000,1767249000000000,'run','fetch','01a21b92-4306-716e-9761-fe32f6851ac0',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (24,1767249000000000,1767249000000000,'success','fetch','01a21b92-4306-716e-9761-fe32f6851ac0',1767249000000000,1767249000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (25,1767249000000000,1767249000000000,'run','unlike','unlike',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (26,1767249000000000,1767249000000000,'success','unlike','unlike',1767249000000000,1767249000000000,0,NULL,NULL,'its result, a Unlike, has no JSON form (Type is not JSON serializable: Unlike), and was not stored',NULL);
INSERT INTO `redengine_logs` VALUES (27,1767249000000000,1767249000000000,'run','fetch','by-hand',1767249000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (28,1767249000000000,1767249000000000,'success','fetch','by-hand',1767249000000000,1767249000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (29,1767249120000000,1767249120000000,'run','long','terminated',1767249120000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (30,1767249180000000,1767249180000000,'terminate','long','terminated',1767249120000000,1767249180000000,60,'enough',NULL,'enough',NULL);
INSERT INTO `redengine_logs` VALUES (31,1767249180000000,1767249180000000,'run','FlaskAPI','01a21b92-43c4-76a0-9b9c-3c3db8d393a6',1767249180000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (32,1767249240000000,1767249240000000,'run','fetch','posted',1767249240000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (33,1767249240000000,1767249240000000,'success','fetch','posted',1767249240000000,1767249240000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (34,1767250800000000,1767250800000000,'inaction','owed','01a21b92-42ab-7907-a862-b82a166dc43a',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21b92-42ab-7907-a862-b82a166dc43a is \'run\' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T07:00:00+00:00\",\"last\":\"2026-01-01T07:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (35,1767250800000000,1767250800000000,'inaction','hourly','01a21b92-42ab-7f87-bf67-30a37ece83a8',NULL,NULL,NULL,'not started, due 2026-01-01 07:00:00+00:00: 1 of 1 instances active; job 01a21b92-42ab-7f87-bf67-30a37ece83a8 is \'run\' since 2026-01-01 06:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T07:00:00+00:00\",\"last\":\"2026-01-01T07:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (36,1767250800000000,1767250800000000,'run','fetch','01a21b92-4455-77b6-bb98-264965d4cb95',1767250800000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (37,1767250800000000,1767250800000000,'success','fetch','01a21b92-4455-77b6-bb98-264965d4cb95',1767250800000000,1767250800000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (38,1767251100000000,1767251100000000,'run','fail','01a21b92-445b-753e-8ddf-4e2e50020a9d',1767251100000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (39,1767251100000000,1767251100000000,'fail','fail','01a21b92-445b-753e-8ddf-4e2e50020a9d',1767251100000000,1767251100000000,0,'attempt 1 of 2, next in 1.1 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (40,1767251101093177,1767251101093177,'run','fail','01a21b92-445b-753e-8ddf-4e2e50020a9d',1767251101093177,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (41,1767251101093177,1767251101093177,'fail','fail','01a21b92-445b-753e-8ddf-4e2e50020a9d',1767251101093177,1767251101093177,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (42,1767252600000000,1767252600000000,'run','fetch','01a21b92-4467-7c64-85a6-3a5582f2e8aa',1767252600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (43,1767252600000000,1767252600000000,'success','fetch','01a21b92-4467-7c64-85a6-3a5582f2e8aa',1767252600000000,1767252600000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (44,1767254400000000,1767254400000000,'success','owed','01a21b92-42ab-7907-a862-b82a166dc43a',1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (45,1767254400000000,1767254400000000,'success','hourly','01a21b92-42ab-7f87-bf67-30a37ece83a8',1767247200000000,1767254400000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (46,1767254400000000,1767254400000000,'inaction','owed','01a21b92-4468-7265-aeb4-582115094f7e',NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: 1 of 1 instances active; job 01a21b92-4468-7265-aeb4-582115094f7e is \'queued\' and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T08:00:00+00:00\",\"last\":\"2026-01-01T08:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (47,1767254400000000,1767254400000000,'inaction','idle',NULL,NULL,NULL,NULL,'not started, due 2026-01-01 08:00:00+00:00: the task is disabled; set disabled=False, or force_run',NULL,'disabled','{\"first\":\"2026-01-01T08:00:00+00:00\",\"last\":\"2026-01-01T08:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (48,1767254400000000,1767254400000000,'run','owed','01a21b92-4468-7265-aeb4-582115094f7e',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (49,1767254400000000,1767254400000000,'run','hourly','01a21b92-4469-7f41-a7ef-082b1c4df010',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (50,1767254400000000,1767254400000000,'run','fetch','01a21b92-4469-7364-90ab-4c1d12351856',1767254400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (51,1767254400000000,1767254400000000,'success','fetch','01a21b92-4469-7364-90ab-4c1d12351856',1767254400000000,1767254400000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (52,1767254700000000,1767254700000000,'run','fail','01a21b92-447e-7119-9da2-a4a0b1189043',1767254700000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (53,1767254700000000,1767254700000000,'fail','fail','01a21b92-447e-7119-9da2-a4a0b1189043',1767254700000000,1767254700000000,0,'attempt 1 of 2, next in 1.1 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (54,1767254701095321,1767254701095321,'run','fail','01a21b92-447e-7119-9da2-a4a0b1189043',1767254701095321,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (55,1767254701095321,1767254701095321,'fail','fail','01a21b92-447e-7119-9da2-a4a0b1189043',1767254701095321,1767254701095321,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (56,1767256200000000,1767256200000000,'run','fetch','01a21b92-4487-7c72-bc0c-2ef55dcfd082',1767256200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (57,1767256200000000,1767256200000000,'success','fetch','01a21b92-4487-7c72-bc0c-2ef55dcfd082',1767256200000000,1767256200000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (58,1767258000000000,1767258000000000,'inaction','owed','01a21b92-4468-7265-aeb4-582115094f7e',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21b92-4468-7265-aeb4-582115094f7e is \'run\' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T09:00:00+00:00\",\"last\":\"2026-01-01T09:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (59,1767258000000000,1767258000000000,'inaction','hourly','01a21b92-4469-7f41-a7ef-082b1c4df010',NULL,NULL,NULL,'not started, due 2026-01-01 09:00:00+00:00: 1 of 1 instances active; job 01a21b92-4469-7f41-a7ef-082b1c4df010 is \'run\' since 2026-01-01 08:00 UTC and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T09:00:00+00:00\",\"last\":\"2026-01-01T09:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (60,1767258000000000,1767258000000000,'run','fetch','01a21b92-448b-7c58-b9b2-e0f56ee6a8c5',1767258000000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (61,1767258000000000,1767258000000000,'success','fetch','01a21b92-448b-7c58-b9b2-e0f56ee6a8c5',1767258000000000,1767258000000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (62,1767258300000000,1767258300000000,'run','fail','01a21b92-448e-7c64-a705-0d0b156c01f5',1767258300000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (63,1767258300000000,1767258300000000,'fail','fail','01a21b92-448e-7c64-a705-0d0b156c01f5',1767258300000000,1767258300000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (64,1767258300969212,1767258300969212,'run','fail','01a21b92-448e-7c64-a705-0d0b156c01f5',1767258300969212,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (65,1767258300969212,1767258300969212,'fail','fail','01a21b92-448e-7c64-a705-0d0b156c01f5',1767258300969212,1767258300969212,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (66,1767259800000000,1767259800000000,'run','fetch','01a21b92-4495-7d97-935e-a1ed0b5e5aaf',1767259800000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (67,1767259800000000,1767259800000000,'success','fetch','01a21b92-4495-7d97-935e-a1ed0b5e5aaf',1767259800000000,1767259800000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (68,1767261600000000,1767261600000000,'success','owed','01a21b92-4468-7265-aeb4-582115094f7e',1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (69,1767261600000000,1767261600000000,'success','hourly','01a21b92-4469-7f41-a7ef-082b1c4df010',1767254400000000,1767261600000000,7200,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (70,1767261600000000,1767261600000000,'inaction','owed','01a21b92-4497-7c1d-8d3e-4d2da8b93b5d',NULL,NULL,NULL,'not started, due 2026-01-01 10:00:00+00:00: 1 of 1 instances active; job 01a21b92-4497-7c1d-8d3e-4d2da8b93b5d is \'queued\' and holds the slot',NULL,'overlap','{\"first\":\"2026-01-01T10:00:00+00:00\",\"last\":\"2026-01-01T10:00:00+00:00\",\"count\":1}');
INSERT INTO `redengine_logs` VALUES (71,1767261600000000,1767261600000000,'run','owed','01a21b92-4497-7c1d-8d3e-4d2da8b93b5d',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (72,1767261600000000,1767261600000000,'run','hourly','01a21b92-4498-760b-a2b3-d4ea13f6623a',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (73,1767261600000000,1767261600000000,'run','fetch','01a21b92-4498-7fdd-9744-1e6a05373bad',1767261600000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (74,1767261600000000,1767261600000000,'success','fetch','01a21b92-4498-7fdd-9744-1e6a05373bad',1767261600000000,1767261600000000,0,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (75,1767261900000000,1767261900000000,'run','fail','01a21b92-449c-75be-8fb3-99f019d73b9d',1767261900000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (76,1767261900000000,1767261900000000,'fail','fail','01a21b92-449c-75be-8fb3-99f019d73b9d',1767261900000000,1767261900000000,0,'attempt 1 of 2, next in 1.0 s','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n','retry',NULL);
INSERT INTO `redengine_logs` VALUES (77,1767261900968354,1767261900968354,'run','fail','01a21b92-449c-75be-8fb3-99f019d73b9d',1767261900968354,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (78,1767261900968354,1767261900968354,'fail','fail','01a21b92-449c-75be-8fb3-99f019d73b9d',1767261900968354,1767261900968354,0,'ValueError: no rows;','Traceback (most recent call last):\n  File \"/srv/redengine/tests/unit/store/keep_store.py\", line 62, in fail\n    raise ValueError(\'no rows;\\nlook at the source\\\\table\\\'s \"name\"\')\nValueError: no rows;\nlook at the source\\table\'s \"name\"\n',NULL,NULL);
INSERT INTO `redengine_logs` VALUES (79,1767263400000000,1767263400000000,'run','fetch','01a21b92-44a4-7348-9ecb-a7d5aa0fb017',1767263400000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `redengine_logs` VALUES (80,1767263400000000,1767263400000000,'success','fetch','01a21b92-44a4-7348-9ecb-a7d5aa0fb017',1767263400000000,1767263400000000,0,NULL,NULL,NULL,NULL);
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
INSERT INTO `redengine_output` VALUES ('01a21b92-3174-7e0d-b670-5e9637d69cd8',1,1767225600000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-3174-7e0d-b670-5e9637d69cd8',2,1767225600000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-42ab-76cd-b164-e170f8ee0386',1,1767247200000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-42ab-76cd-b164-e170f8ee0386',2,1767247200000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-4306-716e-9761-fe32f6851ac0',1,1767249000000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-4306-716e-9761-fe32f6851ac0',2,1767249000000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-4455-77b6-bb98-264965d4cb95',1,1767250800000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-4455-77b6-bb98-264965d4cb95',2,1767250800000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-4467-7c64-85a6-3a5582f2e8aa',1,1767252600000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-4467-7c64-85a6-3a5582f2e8aa',2,1767252600000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-4469-7364-90ab-4c1d12351856',1,1767254400000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-4469-7364-90ab-4c1d12351856',2,1767254400000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-4487-7c72-bc0c-2ef55dcfd082',1,1767256200000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-4487-7c72-bc0c-2ef55dcfd082',2,1767256200000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-448b-7c58-b9b2-e0f56ee6a8c5',1,1767258000000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-448b-7c58-b9b2-e0f56ee6a8c5',2,1767258000000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-4495-7d97-935e-a1ed0b5e5aaf',1,1767259800000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-4495-7d97-935e-a1ed0b5e5aaf',2,1767259800000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-4498-7fdd-9744-1e6a05373bad',1,1767261600000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-4498-7fdd-9744-1e6a05373bad',2,1767261600000000,'stdout','café ☕');
INSERT INTO `redengine_output` VALUES ('01a21b92-44a4-7348-9ecb-a7d5aa0fb017',1,1767263400000000,'stdout','fetching today');
INSERT INTO `redengine_output` VALUES ('01a21b92-44a4-7348-9ecb-a7d5aa0fb017',2,1767263400000000,'stdout','café ☕');
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
INSERT INTO `redengine_state` VALUES ('store.batch','\"2825b59f5929498fac4a3bc8f1676632:64\"');
INSERT INTO `redengine_state` VALUES ('store.holder','{\"session\":\"redengine\",\"process\":24331,\"host\":\"vm\",\"token\":\"2825b59f5929498fac4a3bc8f1676632\"}');
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
INSERT INTO `redengine_version` VALUES ('0006');
