-- A ledger of schema version 1, in which a target's parent is a part of its book, as a text: `.dump` of what these made.
-- rolo import people.csv --to sandbox:orzame --parent 3 --limit 2
-- rolo import others.csv --to sandbox:orzame --parent 4
-- rolo export --from sandbox:orzame -o all.csv
-- rolo import all.csv --to sandbox:orzame
-- rolo export --from sandbox:orzame --parent 3 -o three.csv
-- rolo import three.csv --to sandbox:orzame --parent 3      (each person stands there twice now)
-- rolo import others.csv --to sandbox:orzame --parent 4     (two of them have a position since)
PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE basis (
    run    INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    linked TEXT NOT NULL,
    held   TEXT,
    found  TEXT,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE TABLE before (
    run    INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    parent TEXT NOT NULL,
    remote TEXT NOT NULL,
    PRIMARY KEY (run, parent, remote)
) WITHOUT ROWID;
INSERT INTO "before" VALUES(4,'3','1');
INSERT INTO "before" VALUES(4,'3','2');
CREATE TABLE content (
    run      INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    row      INTEGER NOT NULL,
    payload  TEXT,                    -- JSON, exactly what is sent
    print    TEXT,                    -- fingerprint of the payload
    held     TEXT,                    -- JSON: what the record held when the plan looked at it, as a payload
    cells    TEXT NOT NULL,           -- JSON: the row as it was read
    remarks  TEXT NOT NULL,           -- JSON
    lost     TEXT NOT NULL,           -- JSON
    changes  TEXT NOT NULL DEFAULT '[]', -- JSON: what an update changes, value by value
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
INSERT INTO "content" VALUES(1,0,2,'{"parent":"3","body":{"name":"Anne Durand1","phone":"+33199001201","email":"a1@example.fr"}}','32e8ed8c0f8d4f725d021bb5eeca7ebdd6539583bb7cf9421023cd93f36d2568',NULL,'["1","Anne","Durand1","a1@example.fr","+33 1 99 00 12 01",""]','[]','[]','[]');
INSERT INTO "content" VALUES(1,1,3,'{"parent":"3","body":{"name":"Anne Durand2","phone":"+33199001202","email":"a2@example.fr"}}','27242045b0c914ffcd35a9436604991eed36b6031466f1e807e6e72d6b2f6cd2',NULL,'["2","Anne","Durand2","a2@example.fr","+33 1 99 00 12 02",""]','[]','[]','[]');
INSERT INTO "content" VALUES(1,2,4,'{"parent":"3","body":{"name":"Anne Durand3","phone":"+33199001203","email":"a3@example.fr"}}','48a59e770a7acbb5de4c84817a45788f324f02bd025a39995196d4dee243f497',NULL,'["3","Anne","Durand3","a3@example.fr","+33 1 99 00 12 03",""]','[]','[]','[]');
INSERT INTO "content" VALUES(2,0,2,'{"parent":"4","body":{"name":"Bob Roy1","phone":"+33199003401","email":"b1@example.fr"}}','f83b73dc6e8ff66cc4b37b1c734487495288893d943ef982ae25206f3f784224',NULL,'["1","Bob","Roy1","b1@example.fr","+33 1 99 00 34 01",""]','[]','[]','[]');
INSERT INTO "content" VALUES(2,1,3,'{"parent":"4","body":{"name":"Bob Roy2","phone":"+33199003402","email":"b2@example.fr"}}','f621ff198988d39dd8aba1fb401a64464aff141ae6ac559c104fae3a72fca7f0',NULL,'["2","Bob","Roy2","b2@example.fr","+33 1 99 00 34 02",""]','[]','[]','[]');
INSERT INTO "content" VALUES(2,2,4,'{"parent":"4","body":{"name":"Bob Roy3","phone":"+33199003403","email":"b3@example.fr"}}','13a6aaa27d1285cccaebd6ef3ed8929629081befb8e0e97e7b56117a9161d4a1',NULL,'["3","Bob","Roy3","b3@example.fr","+33 1 99 00 34 03",""]','[]','[]','[]');
INSERT INTO "content" VALUES(3,0,2,NULL,NULL,NULL,'["orzame#e36bdaa1:5","4","false","Bob Roy3","Bob","Roy3","''+33199003403","b3@example.fr"]','[]','[]','[]');
INSERT INTO "content" VALUES(3,1,3,NULL,NULL,NULL,'["orzame#e36bdaa1:4","4","false","Bob Roy2","Bob","Roy2","''+33199003402","b2@example.fr"]','[]','[]','[]');
INSERT INTO "content" VALUES(3,2,4,NULL,NULL,NULL,'["orzame#e36bdaa1:3","4","false","Bob Roy1","Bob","Roy1","''+33199003401","b1@example.fr"]','[]','[]','[]');
INSERT INTO "content" VALUES(3,3,5,NULL,NULL,NULL,'["orzame#e36bdaa1:2","3","false","Anne Durand2","Anne","Durand2","''+33199001202","a2@example.fr"]','[]','[]','[]');
INSERT INTO "content" VALUES(3,4,6,NULL,NULL,NULL,'["orzame#e36bdaa1:1","3","false","Anne Durand1","Anne","Durand1","''+33199001201","a1@example.fr"]','[]','[]','[]');
INSERT INTO "content" VALUES(4,0,2,'{"parent":"3","body":{"name":"Anne Durand2","phone":"+33199001202","email":"a2@example.fr","default":false}}','9d781ccfaaff407aa80779b6a8d3223f3d7b4d2dbc15a0122ba21c4bcb10e317',NULL,'["orzame#e36bdaa1:2","3","false","Anne Durand2","Anne","Durand2","''+33199001202","a2@example.fr"]','[]','[]','[]');
INSERT INTO "content" VALUES(4,1,3,'{"parent":"3","body":{"name":"Anne Durand1","phone":"+33199001201","email":"a1@example.fr","default":false}}','1e8bcb73237677cf73446e0a2efcf1cc69e6716d98d4b85b69673058230f221c',NULL,'["orzame#e36bdaa1:1","3","false","Anne Durand1","Anne","Durand1","''+33199001201","a1@example.fr"]','[]','[]','[]');
INSERT INTO "content" VALUES(5,0,2,'{"parent":"4","body":{"name":"Bob Roy1","position":"Chef","phone":"+33199003401","email":"b1@example.fr"}}','c867067fecece00243af010522908448a09e40724abeef0d90a6ad685ec23240',NULL,'["1","Bob","Roy1","b1@example.fr","+33 1 99 00 34 01","Chef"]','[]','[]','[{"field":"position","before":null,"after":"Chef"}]');
INSERT INTO "content" VALUES(5,1,3,'{"parent":"4","body":{"name":"Bob Roy2","position":"Chef","phone":"+33199003402","email":"b2@example.fr"}}','504ebe1e01484fa755a9b8938191d317e3b9a5081e29c7a2c4dc270f0758b804',NULL,'["2","Bob","Roy2","b2@example.fr","+33 1 99 00 34 02","Chef"]','[]','[]','[{"field":"position","before":null,"after":"Chef"}]');
INSERT INTO "content" VALUES(5,2,4,NULL,NULL,NULL,'["3","Bob","Roy3","b3@example.fr","+33 1 99 00 34 03",""]','[]','[]','[]');
CREATE TABLE fate (
    run      INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    key      TEXT NOT NULL,
    action   TEXT NOT NULL,
    prior_run    INTEGER,             -- the step whose words an update replaces
    prior_number INTEGER,
    state    TEXT NOT NULL,           -- waiting (for the first time), again (waiting), sent (again), or a fate
    remote   TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    message  TEXT,
    accepted INTEGER NOT NULL DEFAULT 0, -- 1: in doubt, though the vendor said yes
    holds    TEXT,                    -- fingerprint of what the record holds, where that is not the payload
    linked   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
INSERT INTO "fate" VALUES(1,0,'1','create',NULL,NULL,'created','1',1,NULL,0,NULL,1);
INSERT INTO "fate" VALUES(1,1,'2','create',NULL,NULL,'created','2',1,NULL,0,NULL,1);
INSERT INTO "fate" VALUES(1,2,'3','create',NULL,NULL,'again',NULL,0,NULL,0,NULL,0);
INSERT INTO "fate" VALUES(2,0,'1','create',NULL,NULL,'created','3',1,NULL,0,NULL,1);
INSERT INTO "fate" VALUES(2,1,'2','create',NULL,NULL,'created','4',1,NULL,0,NULL,1);
INSERT INTO "fate" VALUES(2,2,'3','create',NULL,NULL,'created','5',1,NULL,0,NULL,1);
INSERT INTO "fate" VALUES(3,0,'orzame#e36bdaa1:5','unchanged',NULL,NULL,'unchanged','5',0,NULL,0,NULL,0);
INSERT INTO "fate" VALUES(3,1,'orzame#e36bdaa1:4','unchanged',NULL,NULL,'unchanged','4',0,NULL,0,NULL,0);
INSERT INTO "fate" VALUES(3,2,'orzame#e36bdaa1:3','unchanged',NULL,NULL,'unchanged','3',0,NULL,0,NULL,0);
INSERT INTO "fate" VALUES(3,3,'orzame#e36bdaa1:2','unchanged',NULL,NULL,'unchanged','2',0,NULL,0,NULL,0);
INSERT INTO "fate" VALUES(3,4,'orzame#e36bdaa1:1','unchanged',NULL,NULL,'unchanged','1',0,NULL,0,NULL,0);
INSERT INTO "fate" VALUES(4,0,'orzame#e36bdaa1:2','create',NULL,NULL,'created','6',1,NULL,0,NULL,1);
INSERT INTO "fate" VALUES(4,1,'orzame#e36bdaa1:1','create',NULL,NULL,'created','7',1,NULL,0,NULL,1);
INSERT INTO "fate" VALUES(5,0,'1','update',2,0,'updated','3',1,NULL,0,NULL,1);
INSERT INTO "fate" VALUES(5,1,'2','update',2,1,'updated','4',1,NULL,0,NULL,1);
INSERT INTO "fate" VALUES(5,2,'3','unchanged',NULL,NULL,'unchanged','5',0,NULL,0,NULL,0);
CREATE TABLE link (
    book   TEXT NOT NULL,
    key    TEXT NOT NULL,
    remote TEXT NOT NULL,
    print  TEXT NOT NULL,
    run    INTEGER REFERENCES run (n), -- none for what was read from the vendor
    number INTEGER,                    -- the step that wrote it last
    made   INTEGER NOT NULL,           -- 1: a run of ours made the record
    at     TEXT NOT NULL,
    PRIMARY KEY (book, key)
) WITHOUT ROWID;
INSERT INTO "link" VALUES('orzame sandbox ','orzame#e36bdaa1:1','1','1e8bcb73237677cf73446e0a2efcf1cc69e6716d98d4b85b69673058230f221c',NULL,NULL,0,'2026-11-27T05:54:43Z');
INSERT INTO "link" VALUES('orzame sandbox ','orzame#e36bdaa1:2','2','9d781ccfaaff407aa80779b6a8d3223f3d7b4d2dbc15a0122ba21c4bcb10e317',NULL,NULL,0,'2026-11-27T05:54:43Z');
INSERT INTO "link" VALUES('orzame sandbox ','orzame#e36bdaa1:3','3','da90559b63cd8f8ca21570ece07fbea4f0ea100e093b1c1dab1f6a6cdec0fc6b',NULL,NULL,0,'2026-11-27T05:54:43Z');
INSERT INTO "link" VALUES('orzame sandbox ','orzame#e36bdaa1:4','4','5e00e24493c20bc9375354eef2409be5ee8c8da1e49ad9588b4f0a3cf6824d14',NULL,NULL,0,'2026-11-27T05:54:43Z');
INSERT INTO "link" VALUES('orzame sandbox ','orzame#e36bdaa1:5','5','eebd079ad3f67b8674d75313d88341ffa0d38c68748f0569796e11e59499d1f1',NULL,NULL,0,'2026-11-27T05:54:43Z');
INSERT INTO "link" VALUES('orzame sandbox  / 3','1','1','32e8ed8c0f8d4f725d021bb5eeca7ebdd6539583bb7cf9421023cd93f36d2568',1,0,1,'2026-11-27T05:54:40Z');
INSERT INTO "link" VALUES('orzame sandbox  / 3','2','2','27242045b0c914ffcd35a9436604991eed36b6031466f1e807e6e72d6b2f6cd2',1,1,1,'2026-11-27T05:54:40Z');
INSERT INTO "link" VALUES('orzame sandbox  / 3','orzame#e36bdaa1:1','7','1e8bcb73237677cf73446e0a2efcf1cc69e6716d98d4b85b69673058230f221c',4,1,1,'2026-11-27T05:54:44Z');
INSERT INTO "link" VALUES('orzame sandbox  / 3','orzame#e36bdaa1:2','6','9d781ccfaaff407aa80779b6a8d3223f3d7b4d2dbc15a0122ba21c4bcb10e317',4,0,1,'2026-11-27T05:54:44Z');
INSERT INTO "link" VALUES('orzame sandbox  / 4','1','3','c867067fecece00243af010522908448a09e40724abeef0d90a6ad685ec23240',5,0,1,'2026-11-27T05:54:45Z');
INSERT INTO "link" VALUES('orzame sandbox  / 4','2','4','504ebe1e01484fa755a9b8938191d317e3b9a5081e29c7a2c4dc270f0758b804',5,1,1,'2026-11-27T05:54:45Z');
INSERT INTO "link" VALUES('orzame sandbox  / 4','3','5','13a6aaa27d1285cccaebd6ef3ed8929629081befb8e0e97e7b56117a9161d4a1',2,2,1,'2026-11-27T05:54:40Z');
CREATE TABLE run (
    n         INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    book      TEXT NOT NULL,
    about     TEXT NOT NULL,          -- JSON: target, vendor, command, source, headers
    began     TEXT NOT NULL,          -- RFC 3339, UTC
    planned   TEXT,                   -- when every row had its step
    ended     TEXT,
    exit_code INTEGER,
    totals    TEXT,                   -- JSON: how it ended; counts for a run whose steps were pruned
    report    TEXT,                   -- the folder of its report
    saved     TEXT,                   -- a plan that was put aside: waiting, applied, dropped
    requests  TEXT,                   -- digest of the requests that it shows
    claimed   INTEGER NOT NULL DEFAULT -1, -- steps that wait, up to this number, are sent
    unlinked  INTEGER NOT NULL DEFAULT 0,  -- 1: fates were written whose links were not yet
    over      INTEGER NOT NULL DEFAULT 0   -- 1: nothing waits, and nothing is in doubt
);
INSERT INTO "run" VALUES(1,'01M8DS3XHRHZQHV02J5WVPK08Z','orzame sandbox  / 3','{"book":"orzame sandbox  / 3","target":"sandbox:orzame","vendor":"orzame","command":"import","source":{"file":"people.csv","format":"csv","encoding":"utf-8","delimiter":",","sheet":null,"header_row":1},"headers":["Identifiant","Prénom","Nom","E-mail","Téléphone","Fonction"],"given":{"arguments":["rolo","import","people.csv","--to","sandbox:orzame","--parent","3","--limit","2","--output","json"],"folder":"/home/me","feed":{"name":"/home/me/people.csv","columns":[{"header":"Identifiant","take":"key"},{"header":"Prénom","take":"name.first"},{"header":"Nom","take":"name.last"},{"header":"E-mail","take":"email.work"},{"header":"Téléphone","take":"phone.work"},{"header":"Fonction","take":"position"}]}}}','2026-11-27T05:54:40Z','2026-11-27T05:54:40Z','2026-11-27T05:54:40Z',8,'{"read":3,"created":2,"updated":0,"unchanged":0,"deleted":0,"skipped":0,"rejected":0,"refused":0,"in_doubt":0,"unsent":1,"valid":3}','/home/me/rolo-reports/01M8DS3XHRHZQHV02J5WVPK08Z',NULL,NULL,2,0,0);
INSERT INTO "run" VALUES(2,'01M8DS3XX4MFNPEC4W1Q3MW0Q7','orzame sandbox  / 4','{"book":"orzame sandbox  / 4","target":"sandbox:orzame","vendor":"orzame","command":"import","source":{"file":"others.csv","format":"csv","encoding":"utf-8","delimiter":",","sheet":null,"header_row":1},"headers":["Identifiant","Prénom","Nom","E-mail","Téléphone","Fonction"],"given":{"arguments":["rolo","import","others.csv","--to","sandbox:orzame","--parent","4","--output","json"],"folder":"/home/me","feed":{"name":"/home/me/others.csv","columns":[{"header":"Identifiant","take":"key"},{"header":"Prénom","take":"name.first"},{"header":"Nom","take":"name.last"},{"header":"E-mail","take":"email.work"},{"header":"Téléphone","take":"phone.work"},{"header":"Fonction","take":"position"}]}}}','2026-11-27T05:54:40Z','2026-11-27T05:54:40Z','2026-11-27T05:54:40Z',0,'{"read":3,"created":3,"updated":0,"unchanged":0,"deleted":0,"skipped":0,"rejected":0,"refused":0,"in_doubt":0,"unsent":0,"valid":3}','/home/me/rolo-reports/01M8DS3XX4MFNPEC4W1Q3MW0Q7',NULL,NULL,2,0,1);
INSERT INTO "run" VALUES(3,'01M8DS40TC1FHSNQX4K1RFDP7T','orzame sandbox ','{"book":"orzame sandbox ","target":"sandbox:orzame","vendor":"orzame","command":"import","source":{"file":"all.csv","format":"csv","encoding":"utf-8","delimiter":",","sheet":null,"header_row":1},"headers":["key","parent","primary","name.full","name.first","name.last","phone.work","email.work"],"given":{"arguments":["rolo","import","all.csv","--to","sandbox:orzame","--output","json"],"folder":"/home/me","feed":{"name":"/home/me/all.csv","columns":[{"header":"key","take":"key"},{"header":"parent","take":"parent"},{"header":"primary","take":"primary"},{"header":"name.full","take":"name.full"},{"header":"name.first","take":"name.first"},{"header":"name.last","take":"name.last"},{"header":"phone.work","take":"phone.work"},{"header":"email.work","take":"email.work"}]}}}','2026-11-27T05:54:43Z','2026-11-27T05:54:43Z','2026-11-27T05:54:43Z',0,'{"read":5,"created":0,"updated":0,"unchanged":5,"deleted":0,"skipped":0,"rejected":0,"refused":0,"in_doubt":0,"unsent":0,"valid":5}','/home/me/rolo-reports/01M8DS40TC1FHSNQX4K1RFDP7T',NULL,NULL,-1,0,1);
INSERT INTO "run" VALUES(4,'01M8DS41YH69C48S0K3P5HA2EH','orzame sandbox  / 3','{"book":"orzame sandbox  / 3","target":"sandbox:orzame","vendor":"orzame","command":"import","source":{"file":"three.csv","format":"csv","encoding":"utf-8","delimiter":",","sheet":null,"header_row":1},"headers":["key","parent","primary","name.full","name.first","name.last","phone.work","email.work"],"given":{"arguments":["rolo","import","three.csv","--to","sandbox:orzame","--parent","3","--output","json"],"folder":"/home/me","feed":{"name":"/home/me/three.csv","columns":[{"header":"key","take":"key"},{"header":"parent","take":"parent"},{"header":"primary","take":"primary"},{"header":"name.full","take":"name.full"},{"header":"name.first","take":"name.first"},{"header":"name.last","take":"name.last"},{"header":"phone.work","take":"phone.work"},{"header":"email.work","take":"email.work"}]}}}','2026-11-27T05:54:44Z','2026-11-27T05:54:44Z','2026-11-27T05:54:44Z',0,'{"read":2,"created":2,"updated":0,"unchanged":0,"deleted":0,"skipped":0,"rejected":0,"refused":0,"in_doubt":0,"unsent":0,"valid":2}','/home/me/rolo-reports/01M8DS41YH69C48S0K3P5HA2EH',NULL,NULL,1,0,1);
INSERT INTO "run" VALUES(5,'01M8DS42PWMDHER9NQC41D5Q7J','orzame sandbox  / 4','{"book":"orzame sandbox  / 4","target":"sandbox:orzame","vendor":"orzame","command":"import","source":{"file":"others2.csv","format":"csv","encoding":"utf-8","delimiter":",","sheet":null,"header_row":1},"headers":["Identifiant","Prénom","Nom","E-mail","Téléphone","Fonction"],"given":{"arguments":["rolo","import","others2.csv","--to","sandbox:orzame","--parent","4","--output","json"],"folder":"/home/me","feed":{"name":"/home/me/others2.csv","columns":[{"header":"Identifiant","take":"key"},{"header":"Prénom","take":"name.first"},{"header":"Nom","take":"name.last"},{"header":"E-mail","take":"email.work"},{"header":"Téléphone","take":"phone.work"},{"header":"Fonction","take":"position"}]}}}','2026-11-27T05:54:45Z','2026-11-27T05:54:45Z','2026-11-27T05:54:45Z',0,'{"read":3,"created":0,"updated":2,"unchanged":1,"deleted":0,"skipped":0,"rejected":0,"refused":0,"in_doubt":0,"unsent":0,"valid":3}','/home/me/rolo-reports/01M8DS42PWMDHER9NQC41D5Q7J',NULL,NULL,1,0,1);
CREATE TABLE surveyed (
    run    INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    parent TEXT NOT NULL,
    PRIMARY KEY (run, parent)
) WITHOUT ROWID;
INSERT INTO "surveyed" VALUES(1,'3');
INSERT INTO "surveyed" VALUES(2,'4');
INSERT INTO "surveyed" VALUES(4,'3');
CREATE INDEX run_open ON run (book) WHERE ended IS NULL;
CREATE INDEX run_unlinked ON run (book) WHERE unlinked = 1;
CREATE INDEX fate_again ON fate (run, number) WHERE state = 'again';
CREATE INDEX fate_doubt ON fate (key) WHERE state = 'in_doubt';
CREATE VIEW fated AS
    SELECT fate.run, fate.number, key, action,
           CASE WHEN state = 'waiting' AND number <= run.claimed THEN 'sent'
                WHEN state = 'again' THEN 'waiting' ELSE state END AS state,
           remote, attempts, message
    FROM fate JOIN run ON run.n = fate.run;
CREATE VIEW step AS
    SELECT fated.run, fated.number, row, key, action, state, remote, payload, attempts, message, cells,
           remarks, lost, changes
    FROM fated JOIN content ON content.run = fated.run AND content.number = fated.number;
CREATE INDEX link_remote ON link (book, remote);
COMMIT;
PRAGMA user_version = 1;
