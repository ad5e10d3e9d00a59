/** Files that no run can be made of, and settings that chat.js refuses with what it says of each. */

export const FILES = {
  'no-json.json': '{"MED1060": [',
  'list.json': '[]',
  'no-list.json': '{"MED1060": "a question"}',
  'empty-text.json': '{"MED1060": ["a", ""]}',
  'other.json': '{"OTHER": ["a question"], "EMPTY": []}',
  'vectors.json': '[{"name": "x"}]',
  'latin.json': Buffer.from('{\n"MED1060": ["Ren\xe9e"]}', 'latin1'),
  'latin.csv': Buffer.from('user_name\nAna\nRen\xe9e\n', 'latin1'),
  'utf16.json': Buffer.from('\ufeff{"vus": 1}', 'utf16le'),
  'one.json': '{"MED1060": ["one question"]}',
  'twice.json': '{"MED1060": ["a"],\n"MED1060": ["b"]}',
  'quote.csv': 'user_id,user_name\n7,"Ana\n8,Zoe\n',
};

export const CHAT: [settings: Record<string, string>, line: string | RegExp][] = [
  [{ NUM_SESSIONS: 'three' }, 'NUM_SESSIONS: expected a whole number of at least 1, got "three"'],
  [
    { NUC_RESPONSE_TIMEOUT: '5' },
    'NUC_RESPONSE_TIMEOUT: expected a duration such as 500ms, 2s or 17m, got "5"',
  ],
  [
    { NUC_THINK_TIME: '5s-1s' },
    'NUC_THINK_TIME: expected a duration such as 2s, or a range such as 1s-5s, got "5s-1s"',
  ],
  [
    { NUC_LOG: 'verbose' },
    'NUC_LOG: expected one of auto, chunks, answers, sessions, off, got "verbose"',
  ],
  [
    { NUC_BASE_URL: 'http://user:s3cret@127.0.0.1:9' },
    'NUC_BASE_URL: expected a URL such as http://127.0.0.1:8787, without user, query or fragment, got something else',
  ],
  [{ NUC_BASEURL: 'http://127.0.0.1:9' }, 'NUC_BASEURL: not a setting; did you mean NUC_BASE_URL?'],
  [
    { COURSES: 'MED1060,XYZ1' },
    'COURSES: XYZ1 has no questions in the built-in questions, which has MED1060, BUMA1000',
  ],
  [{ PROFILE: 'stampede' }, /^PROFILE: expected one of default, .*, got "stampede"$/],
  [{ PROFILE: 'constructor' }, /^PROFILE: expected one of default, .*, got "constructor"$/],
  [{ PROFILE: 'missing.json' }, 'PROFILE: missing.json: there is no such file'],
  [{ PROFILE: 'no-json.json' }, 'PROFILE: no-json.json: expected JSON, got other text'],
  [
    { NUC_QUESTIONS_FILE: 'latin.json' },
    'NUC_QUESTIONS_FILE: latin.json: line 2: expected UTF-8, got other bytes; save the file as UTF-8',
  ],
  [
    { NUC_USERS_FILE: 'latin.csv' },
    'NUC_USERS_FILE: latin.csv: line 3: expected UTF-8, got other bytes; save the file as UTF-8',
  ],
  [
    { PROFILE: 'utf16.json' },
    'PROFILE: utf16.json: line 1: expected UTF-8, got other bytes; save the file as UTF-8',
  ],
  [
    { NUC_QUESTIONS_FILE: 'twice.json' },
    'NUC_QUESTIONS_FILE: twice.json: line 2: a key stands there twice',
  ],
  [{ NUC_USERS_FILE: 'quote.csv' }, 'NUC_USERS_FILE: quote.csv: row 2: a quote that is not closed'],
  [
    { NUC_QUESTIONS_FILE: 'missing.json' },
    'NUC_QUESTIONS_FILE: missing.json: there is no such file',
  ],
  [
    { NUC_QUESTIONS_FILE: 'no-json.json' },
    /^NUC_QUESTIONS_FILE: no-json\.json: expected JSON, got other text$/,
  ],
  [
    { NUC_QUESTIONS_FILE: 'list.json' },
    'NUC_QUESTIONS_FILE: list.json: expected an object, course code → list of questions',
  ],
  [
    { NUC_QUESTIONS_FILE: 'no-list.json' },
    'NUC_QUESTIONS_FILE: no-list.json: MED1060: expected a list of questions, got string',
  ],
  [
    { NUC_QUESTIONS_FILE: 'empty-text.json' },
    'NUC_QUESTIONS_FILE: empty-text.json: MED1060: question 2: expected a text that is not empty',
  ],
  [
    { NUC_QUESTIONS_FILE: 'other.json' },
    'COURSES: MED1060 has no questions in other.json, which has OTHER',
  ],
  [
    { NUC_QUESTIONS_FILE: 'other.json', COURSES: 'OTHER,EMPTY' },
    'COURSES: EMPTY has no questions in other.json, which has OTHER',
  ],
  [
    { NUC_ACCESS_KEY: '', NUC_SECRET_KEY: '' },
    'NUC_ACCESS_KEY: expected a credential for NUC_BASE_URL, got none; set it, or give k6 a --secret-source with nuc_access_key',
  ],
  [
    { NUC_SECRET_KEY: '' },
    'NUC_SECRET_KEY: expected a credential for NUC_BASE_URL, got none; set it, or give k6 a --secret-source with nuc_secret_key',
  ],
  [
    { NUC_RESULTS_DIR: 'missing/folder' },
    'NUC_RESULTS_DIR: missing/folder: there is no such folder; create the folder first',
  ],
  [
    { NUC_RESULTS_DIR: 'list.json' },
    'NUC_RESULTS_DIR: list.json: it, or a part of it, is a file; create the folder first',
  ],
  [
    { NUC_RESULTS_DIR: 'list.json/below' },
    'NUC_RESULTS_DIR: list.json/below: it, or a part of it, is a file; create the folder first',
  ],
  [
    { NUC_RESULTS_DIR: 'pipe' },
    'NUC_RESULTS_DIR: pipe: it, or a part of it, is a file; create the folder first',
  ],
  [
    { NUC_SUMMARY: 'k6' },
    'NUC_SUMMARY: k6 shows its own summary only where nothing else is written; unset NUC_RESULTS_DIR',
  ],
];
