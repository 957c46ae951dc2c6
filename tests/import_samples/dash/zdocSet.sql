CREATE TABLE ztokentype(z_pk INTEGER PRIMARY KEY, ztypename TEXT);
CREATE TABLE zfilepath(z_pk INTEGER PRIMARY KEY, zpath TEXT);
CREATE TABLE ztokenmetainformation(z_pk INTEGER PRIMARY KEY, zfile INTEGER, zanchor TEXT);
CREATE TABLE ztoken(z_pk INTEGER PRIMARY KEY, ztokenname TEXT, ztokentype INTEGER, zmetainformation INTEGER);
INSERT INTO ztokentype VALUES (1, 'func');
INSERT INTO zfilepath VALUES (1, 'json.html');
INSERT INTO ztokenmetainformation VALUES (1, 1, 'json.loads'), (2, 1, NULL);
INSERT INTO ztoken VALUES (1, 'json.loads', 1, 1), (2, 'json', 1, 2);
