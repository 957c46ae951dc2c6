CREATE TABLE searchIndex(id INTEGER PRIMARY KEY, name TEXT, type TEXT, path TEXT);
CREATE UNIQUE INDEX anchor ON searchIndex (name, type, path);
INSERT INTO searchIndex(name, type, path) VALUES
  ('json.dumps', 'func', 'json.html#//dash_ref_json.dumps/Function/json.dumps/0'),
  ('json.loads', 'Function', '<dash_entry_name=json.loads><dash_entry_menuDescription=json>json.html#json.loads'),
  ('json', 'Module', 'json.html'),
  ('JSONDecodeError', '', 'json.html#errors'),
  ('pathlib.Path.exists', 'Method', 'path%20names.html#exists'),
  ('gone', 'Function', 'gone.html#gone'),
  ('web', 'Guide', 'https://elsewhere.example/web.html'),
  ('secret', 'Guide', '../../../secret.html'),
  (NULL, 'Guide', 'json.html');
