-- Imports of users: mapping, findings, batches, the error file, the worker; and who may do it.
\set SHOW_CONTEXT never
SELECT rowhouse.bootstrap('boss@imports.example', 'correct horse', 'imports-one', 'One') #>> '{organization,id}' AS one \gset
SELECT rowhouse.bootstrap('other@imports.example', 'correct horse', 'imports-two', 'Two') #>> '{organization,id}' AS two \gset
SELECT count(rowhouse.register(who || '@imports.example', 'correct horse')) FROM unnest(ARRAY['admin', 'member', 'viewer', 'root']) who;
SELECT count(rowhouse.confirm_account(who || '@imports.example')) FROM unnest(ARRAY['admin', 'member', 'viewer', 'root']) who;
SELECT rowhouse.set_super_admin('root@imports.example');
-- More uploads than anybody makes in an hour.
SELECT rowhouse.set_import_limits('{"person_per_hour": 1000, "person_per_day": 1000, "organization_per_hour": 1000, "organization_per_day": 1000}') IS NOT NULL;
BEGIN;
SELECT regress.act_as('boss@imports.example');
SELECT count(rowhouse.add_member(:'one', who || '@imports.example', who)) FROM unnest(ARRAY['admin', 'member', 'viewer']) who;
COMMIT;

-- What a preview or a list of findings says, without what is beside the point.
CREATE FUNCTION regress.findings(list jsonb) RETURNS TABLE (line int, "column" text, target text, code text, severity text, value text, message text, related text)
    LANGUAGE sql IMMUTABLE AS $$
    SELECT f.line, f."column", f.target, f.code, f.severity, f.value, f.message, f.related
    FROM jsonb_to_recordset(list) f(line int, "column" text, target text, code text, severity text, value text, message text, related text)
$$;
-- A status without what changes from run to run.
CREATE FUNCTION regress.steady(status jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
    RETURN status - '{id,created_at,started_at,finished_at,undone_at,phase,rows_per_second}'::text[];
-- The status of a batch once its worker has ended, for at most a minute.
CREATE FUNCTION regress.wait_for(batch uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    status jsonb;
BEGIN
    FOR i IN 1..6000 LOOP
        status := rowhouse.import_status(batch);
        EXIT WHEN status ->> 'status' NOT IN ('pending', 'processing');
        PERFORM pg_sleep(0.01);
    END LOOP;
    RETURN regress.steady(status);
END
$$;
CREATE FUNCTION regress.workers_gone() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    FOR i IN 1..6000 LOOP
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'rowhouse import');
        PERFORM pg_sleep(0.01);
    END LOOP;
    RETURN NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'rowhouse import');
END
$$;
CREATE FUNCTION regress.terminate_workers() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'rowhouse import'; END;
SET ROLE regress_app;

-- ---- who may ---------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE calls (name text, statement text);
INSERT INTO calls VALUES
    ('template', $$SELECT rowhouse.import_template('users')$$),
    ('preview', $$SELECT rowhouse.import_preview('users', 'email')$$),
    ('run', $$SELECT rowhouse.import_run('users', 'email')$$),
    ('start', $$SELECT rowhouse.import_start('no such', 'email')$$),
    ('status', $$SELECT rowhouse.import_status('00000000-0000-4000-8000-000000000000')$$),
    ('errors', $$SELECT rowhouse.import_errors('00000000-0000-4000-8000-000000000000')$$),
    ('error file', $$SELECT rowhouse.import_error_file('00000000-0000-4000-8000-000000000000')$$),
    ('history', $$SELECT rowhouse.import_history()$$);
SELECT name, regress.try(statement) AS nobody FROM calls;
BEGIN; SELECT regress.act_as('viewer@imports.example'); SELECT name, regress.try(statement) AS viewer FROM calls; ROLLBACK;
BEGIN; SELECT regress.act_as('member@imports.example'); SELECT name, regress.try(statement) AS member FROM calls; ROLLBACK;
BEGIN; SELECT regress.act_as('admin@imports.example'); SELECT name, regress.try(statement) AS admin FROM calls; ROLLBACK;
BEGIN; SELECT regress.act_as('root@imports.example'); SELECT name, regress.try(statement) AS super_admin_without_organization FROM calls; ROLLBACK;
BEGIN; SELECT regress.act_as('root@imports.example', 'imports-two'); SELECT name, regress.try(statement) AS super_admin FROM calls; ROLLBACK;
-- The tables themselves are nobody's.
SELECT regress.try('SELECT FROM rowhouse.import_batches'), regress.try('SELECT FROM rowhouse.import_errors'),
       regress.try('INSERT INTO rowhouse.import_batches (target) VALUES (1)');

BEGIN;
SELECT regress.act_as('boss@imports.example');

-- ---- arguments -------------------------------------------------------------------------------------------------------

SELECT rowhouse.import_template('users');
SELECT call, regress.try(call) FROM (VALUES
    ($$SELECT rowhouse.import_template('no such')$$),
    ($$SELECT rowhouse.import_run('no such', 'email')$$),
    ($$SELECT rowhouse.import_run(NULL, 'email')$$),
    ($$SELECT rowhouse.import_run('users', NULL)$$),
    ($$SELECT rowhouse.import_start('users', NULL)$$),
    ($$SELECT rowhouse.import_preview('users', 'email', NULL)$$),
    ($$SELECT rowhouse.import_preview('users', 'email', '[]')$$),
    ($$SELECT rowhouse.import_preview('users', 'email', '{"mode": "all"}')$$),
    ($$SELECT rowhouse.import_preview('users', 'email', '{"file_name": ""}')$$),
    ($$SELECT rowhouse.import_preview('users', 'email', '{"mapping": "email"}')$$),
    ($$SELECT rowhouse.import_preview('users', 'email', '{"mapping": {"E": "e-mail"}}')$$),
    ($$SELECT rowhouse.import_preview('users', 'email', '{"delimiter": "::"}')$$),
    ($$SELECT rowhouse.import_errors('00000000-0000-4000-8000-000000000000', 0, -1)$$),
    ($$SELECT rowhouse.import_history(-1)$$)) t(call);
SELECT rowhouse.import_status(NULL) IS NULL AND rowhouse.import_error_file(NULL) IS NULL AND rowhouse.import_template(NULL) IS NULL AS null_for_null;
-- The template is a file that can be imported.
SELECT p -> 'valid_rows' AS valid, p -> 'file' AS file, p -> 'sample' AS sample
FROM rowhouse.import_preview('users', convert_to(rowhouse.import_template('users'), 'UTF8')) p;

-- ---- mapping ---------------------------------------------------------------------------------------------------------

-- The header lines of the templates and exports of the large directories map without help.
CREATE TEMP TABLE headers (n int, origin text, line text);
INSERT INTO headers VALUES
    (1, 'Google Workspace, upload template', 'First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Password Hash Function [UPLOAD ONLY],Org Unit Path [Required],New Primary Email [UPLOAD ONLY],Recovery Email,Home Secondary Email,Work Secondary Email,Recovery Phone [MUST BE IN THE E.164 FORMAT],Work Phone,Home Phone,Mobile Phone,Work Address,Home Address,Employee ID,Employee Type,Employee Title,Manager Email,Department,Cost Center,Building ID,Floor Name,Floor Section,Change Password at Next Sign-In,New Status [UPLOAD ONLY],New Licenses [UPLOAD ONLY],Advanced Protection Program enrollment'),
    (2, 'Google Workspace, download', 'First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Password Hash Function [UPLOAD ONLY],Org Unit Path [Required],New Primary Email [UPLOAD ONLY],Status [READ ONLY],Last Sign In [READ ONLY],Recovery Email,Home Secondary Email,Work Secondary Email,Recovery Phone [MUST BE IN THE E.164 FORMAT],Work Phone,Home Phone,Mobile Phone,Work Address,Home Address,Employee ID,Employee Type,Employee Title,Manager Email,Department,Cost Center,2sv Enrolled [READ ONLY],2sv Enforced [READ ONLY],Building ID,Floor Name,Floor Section,Email Usage [READ ONLY],Drive Usage [READ ONLY],Photos Usage [READ ONLY],Storage limit [READ ONLY],Storage Used [READ ONLY],Change Password at Next Sign-In,New Status [UPLOAD ONLY],Advanced Protection Program enrollment,Gemini Limit Status [READ ONLY]'),
    (3, 'Microsoft 365, upload template', 'Username,First name,Last name,Display name,Job title,Department,Office number,Office phone,Mobile phone,Fax,Alternate email address,Address,City,State or province,ZIP or postal code,Country or region'),
    (4, 'Microsoft 365, older upload template', 'User Name,First Name,Last Name,Display Name,Job Title,Department,Office Number,Office Phone,Mobile Phone,Fax,Address,City,State or Province,ZIP or Postal Code,Country or Region'),
    (5, 'Microsoft 365, export', 'Block credential,City,Country,Department,DirSyncEnabled,Display name,Fax,First name,Last dirsync time,Last name,Last password change time stamp,Licenses,Mobile Phone,Object Id,Office,Password never expires,Phone number,Postal code,Preferred data location,Preferred language,Proxy addresses,Release track,Soft deletion time stamp,State,Street address,Strong password required,Title,Usage location,User principal name,When created'),
    (6, 'Entra ID, download', 'userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department,accountEnabled,usageLocation,streetAddress,state,country,physicalDeliveryOfficeName,city,postalCode,telephoneNumber,mobile,authenticationAlternativePhoneNumber,authenticationEmail,alternateEmailAddress,ageGroup,consentProvidedForMinor,legalAgeGroupClassification'),
    (7, 'Entra ID, bulk create', 'Name [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required,Block sign in (Yes/No) [accountEnabled] Required,First name [givenName],Last name [surname],Job title [jobTitle],Department [department],Usage location [usageLocation],Street address [streetAddress],State or province [state],Country or region [country],Office [physicalDeliveryOfficeName],City [city],ZIP or postal code [postalCode],Office phone [telephoneNumber],Mobile phone [mobile]'),
    (8, 'Okta, upload template', 'login,firstName,lastName,middleName,honorificPrefix,honorificSuffix,email,title,displayName,nickName,profileUrl,secondEmail,mobilePhone,primaryPhone,streetAddress,city,state,zipCode,countryCode,postalAddress,preferredLanguage,locale,timezone,userType,employeeNumber,costCenter,organization,division,department,managerId,manager'),
    (9, 'written by hand', 'E-MAIL,first name *, Surname ,ROLE,Dept.,Site,Tel');
SELECT h.origin, c ->> 'target' AS target, c ->> 'source' AS source
FROM headers h, rowhouse.import_preview('users', regress.file(h.line, 'x')) p,
     jsonb_array_elements(p -> 'columns') WITH ORDINALITY c(c, position)
WHERE c ->> 'target' IS NOT NULL ORDER BY h.n, position;
-- Those left over say why.
SELECT h.n, f."column", f.message
FROM headers h, rowhouse.import_preview('users', regress.file(h.line, 'x')) p, regress.findings(p -> 'file') f
WHERE f.code = 'extra-label' AND f.message NOT LIKE '%has this name' ORDER BY h.n, f."column" COLLATE "C";
SELECT h.n, count(*) AS without_a_place
FROM headers h, rowhouse.import_preview('users', regress.file(h.line, 'x')) p, regress.findings(p -> 'file') f
WHERE f.code = 'extra-label' AND f.message LIKE '%has this name' GROUP BY h.n ORDER BY h.n;
-- The version line that Entra ID puts above its header.
SELECT p -> 'valid_rows' AS valid, jsonb_path_query_array(p, '$.file[*] ? (@.severity != "info").code') AS codes, p -> 'sample' AS sample
FROM headers h, rowhouse.import_preview('users', regress.file('version:v1.0', h.line, 'Ada,ada@example.com,x,No,Ada,Countess,,Maths,GB,,,,London,London,,+442071838750,')) p
WHERE h.n = 7;

-- By hand: another column, none, one that is not there, two for one.
SELECT p -> 'columns' AS columns, f.code, f."column", f.severity, f.message
FROM (VALUES ('{"mapping": {"Private": "email"}}'), ('{"mapping": {"Email": null}}'), ('{"mapping": {"Nowhere": "email"}}'),
             ('{"mapping": {"Private": "email", "Email": "email"}}')) o(options),
     rowhouse.import_preview('users', regress.file('Email,Private', 'ada@example.com,ada@home.example'), o.options::jsonb) p,
     regress.findings(p -> 'file') f;
-- Without a header: the order of the template, or columns by number.
SELECT p -> 'valid_rows' AS valid, p -> 'columns' AS columns, p -> 'sample' AS sample FROM (VALUES ('{"header": false}'),
    ('{"header": false, "mapping": {"2": "email", "1": "last_name"}}')) o(options),
    rowhouse.import_preview('users', regress.file('ada@example.com,bob@example.com', 'cyd@example.com,dan@example.com'), o.options::jsonb) p;

-- ---- findings of records ---------------------------------------------------------------------------------------------

CREATE TEMP TABLE files (name text PRIMARY KEY, content bytea);
INSERT INTO files VALUES ('faults', regress.file(
    'email,first_name,last_name,role,department,location,phone',
    'ok@example.com,Ada,Example,member,Maths,London,+44 20 7183 8750',
    ' Spaces@Example.COM , Ada ,,ADMIN,,' || U&'\00a0' || 'Paris,tel:+33-1-2345-6789',
    ',No,Address,,,,',
    'no address,Bad,,chief,,,12345',
    'Bob <bob@example.com>,,,,,,5.55E+09',
    'formula@example.com,=1+1,"a;=1+1",,@SUM(1),,',
    'hidden@example.com,A' || U&'\200b' || 'da,B' || U&'\0007' || 'yron,,,,',
    'long@example.com,' || repeat('x', 201) || ',' || repeat('é', 200) || ',,,,',
    repeat('x', 64) || '@' || repeat('y', 60) || '.' || repeat('z', 60) || '.' || repeat('z', 63) || '.example.com,,,,,,',
    'short@example.com,A',
    'extra@example.com,A,B,member,C,D,+12025550123,surplus',
    'quote@example.com,x"y,,,,,',
    '''=cmd@example.com,''=1+1,''+1,,,,''+1-202-555-0123',
    'ok@EXAMPLE.com,Again,,,,,',
    'boss@imports.example,Boss,,owner,,,',
    'BOSS@imports.example,Boss,,,,,',
    '"unclosed@example.com,x,,,,,',
    'last@example.com,Last,,viewer,,,'));
SELECT p -> 'total_rows' AS total, p -> 'valid_rows' AS valid, p -> 'invalid_rows' AS invalid, p -> 'findings_total' AS findings, p -> 'file' AS file
FROM files, rowhouse.import_preview('users', content) p WHERE name = 'faults';
SELECT f.line, f."column", f.code, f.severity, left(f.value, 30) AS value, f.message, regexp_replace(f.related, '^[0-9a-f-]{36}$', 'UUID') AS related
FROM files, rowhouse.import_preview('users', content) p, regress.findings(p -> 'findings') f WHERE name = 'faults';
SELECT p -> 'codes' AS codes FROM files, rowhouse.import_preview('users', content) p WHERE name = 'faults';
SELECT jsonb_array_elements(p -> 'sample') AS sample FROM files, rowhouse.import_preview('users', content) p WHERE name = 'faults';
SELECT jsonb_pretty(p #> '{findings,1}') AS whole_finding, p -> 'format' AS format FROM files, rowhouse.import_preview('users', content) p WHERE name = 'faults';
-- A preview writes nothing.
SELECT count(*) AS members FROM rowhouse.members;
SELECT count(*) AS batches FROM rowhouse.import_history();

-- The same findings stop the same records in a run.
SELECT s ->> 'id' AS batch, regress.steady(s) AS status
FROM files, rowhouse.import_run('users', content, '{"file_name": "faults.csv"}') s WHERE name = 'faults' \gset
SELECT :'status'::jsonb;
SELECT count(*) AS members FROM rowhouse.members;
SELECT email, first_name, to_json(last_name) AS last_name, role, status, department, location, phone, organization_id = :'one' AS here, user_id
FROM rowhouse.members WHERE email NOT LIKE '%@imports.example' AND char_length(last_name) IS DISTINCT FROM 200 ORDER BY email_key;
SELECT regress.steady(rowhouse.import_status(:'batch')) = :'status'::jsonb AS same_status, rowhouse.import_status(:'batch') ->> 'finished_at' IS NOT NULL AS finished;
WITH stored AS (SELECT line, column_name, target_column, code, severity, value, message, related FROM rowhouse.import_errors(:'batch', 0, 1000) WHERE record IS NOT NULL),
     previewed AS (SELECT f.* FROM files, rowhouse.import_preview('users', content) p, regress.findings(p -> 'findings') f WHERE name = 'faults')
SELECT (SELECT count(*) FROM stored) AS stored, code, line FROM (TABLE stored EXCEPT TABLE previewed) f WHERE code <> 'unique-in-table';
-- Pages.
SELECT count(*) AS first, max(seq) AS last FROM rowhouse.import_errors(:'batch', 0, 5) \gset
SELECT :first AS first_page, count(*) AS rest, min(seq) > :last AS behind FROM rowhouse.import_errors(:'batch', :last, 1000);
SELECT severity, level, code, line, record, column_position, column_name, target_column, value, message, hint, related
FROM rowhouse.import_errors(:'batch', 0, 1000) WHERE code = 'phone';

-- The error file: corrected, it goes in; what went in before does not again.
SELECT rowhouse.import_error_file(:'batch') AS error_file \gset
SELECT replace(replace(regexp_replace(:'error_file', '([xyzé])\1{50,}', '\1...', 'g'), E'\ufeff', '<BOM>'), E'\r', '<CR>') AS error_file;
CREATE TEMP TABLE corrected AS SELECT convert_to(replace(replace(replace(replace(:'error_file',
    '"no address","Bad",,"chief",,,"12345"', '"bad@example.com","Bad",,"viewer",,,"+12025550123"'),
    '"Bob <bob@example.com>",,,,,,"5.55E+09"', '"bob@example.com",,,,,,"+15550000000"'),
    '"extra@example.com","A","B","member"', '"extra@example.com","''=A1","B","member"'),
    '"short@example.com","A",,,,,', '"short@example.com","A","","","","",""'), 'UTF8') AS content;
SELECT regress.steady(s) AS status, s ->> 'id' AS second FROM corrected, rowhouse.import_run('users', content) s \gset
SELECT :'status'::jsonb;
SELECT count(*) FILTER (WHERE column_name LIKE '\_%') AS about_the_added_columns FROM rowhouse.import_errors(:'second', 0, 1000);
SELECT email, first_name, phone, role FROM rowhouse.members WHERE email_key IN ('bad@example.com', 'bob@example.com', 'extra@example.com', 'short@example.com') ORDER BY 1;
-- Of the same file again nothing goes in, and every duplicate names the member.
SELECT regress.steady(s) - 'file_name' AS again FROM corrected, rowhouse.import_run('users', content) s;
COMMIT;

-- An admin gives no role above the own one.
BEGIN;
SELECT regress.act_as('admin@imports.example');
SELECT p -> 'valid_rows' AS valid, f.code, f.value, f.message FROM rowhouse.import_preview('users', regress.file('email,role', 'a@example.com,owner', 'b@example.com,Admin')) p, regress.findings(p -> 'findings') f;
ROLLBACK;
BEGIN;
SELECT regress.act_as('root@imports.example', 'imports-one');
SELECT p -> 'valid_rows' AS valid FROM rowhouse.import_preview('users', regress.file('email,role', 'a@example.com,owner')) p;
ROLLBACK;

-- ---- files that are at fault as a whole ------------------------------------------------------------------------------

CREATE TEMP TABLE whole_files (n int, name text, content bytea, options jsonb DEFAULT '{}');
INSERT INTO whole_files (n, name, content) VALUES
    (1, 'empty', ''),
    (2, 'blanks', E'\r\n  \r\n'),
    (3, 'header only', regress.file('email,role')),
    (4, 'blank rows', regress.file('email,role', ',', ',')),
    (5, 'zip', '\x504b0304'),
    (6, 'no e-mail', regress.file('name,role', 'Ada,member')),
    (7, 'blank header', regress.file('"",""', 'ada@example.com,x')),
    (9, '10 MB and a byte', convert_to(E'email\r\n' || repeat('x', 10 * 1024 * 1024 - 6), 'UTF8')),
    (10, '5001 rows', (SELECT convert_to(E'email\r\n' || string_agg('n' || i || '@example.com', E'\r\n'), 'UTF8') FROM generate_series(1, 5001) i)),
    (11, 'other encoding', '\xfffe00002c000000');
INSERT INTO whole_files VALUES (8, 'twice mapped', regress.file('email,mail', 'a@example.com,b@example.com'), '{"mapping": {"email": "email", "mail": "email"}}'),
    (12, 'strict, two kinds of line breaks', E'email\\015\\012a@example.com\\012', '{"strict": true}');
BEGIN;
SELECT regress.act_as('other@imports.example');
SELECT n, name, p -> 'total_rows' AS total, p -> 'findings_total' AS findings, f.code, f.line, f.message
FROM whole_files, rowhouse.import_preview('users', content, options) p, regress.findings(p -> 'file') f WHERE f.severity = 'error' ORDER BY n;
SELECT n, regress.steady(s) - '{target,file_name,updated,skipped}'::text[] AS status, e.code
FROM whole_files, rowhouse.import_run('users', content, options) s, rowhouse.import_errors((s ->> 'id')::uuid) e WHERE e.severity = 'error' ORDER BY n;
SELECT n, to_json(rowhouse.import_error_file((s ->> 'id')::uuid)) AS error_file
FROM whole_files, rowhouse.import_run('users', content, options) s WHERE n IN (1, 3, 5, 6) ORDER BY n;
SELECT count(*) AS members FROM rowhouse.members;
SELECT count(*) AS batches, count(DISTINCT h ->> 'status') AS statuses FROM rowhouse.import_history() h;
SELECT count(*) AS newest FROM rowhouse.import_history(3);
-- The limits themselves are allowed.
SELECT p -> 'total_rows' AS total, p -> 'valid_rows' AS valid FROM whole_files, rowhouse.import_preview('users', substring(content FROM 1 FOR length(content) - 19)) p WHERE n = 10;
SELECT p -> 'total_rows' AS total, p -> 'valid_rows' AS valid, p -> 'findings_total' AS findings, jsonb_array_length(p -> 'findings') AS shown, p -> 'codes' AS codes
FROM (SELECT convert_to(rpad(E'email,last_name\r\n' || string_agg(format(E'n%s@example.com,%s', i, repeat('x', 2000)), E'\r\n'), 10 * 1024 * 1024, 'x'), 'UTF8') AS content
      FROM generate_series(1, 5000) i) f, rowhouse.import_preview('users', content) p;
-- In strict reading a blank row is an error, but no obstacle to the others.
SELECT p -> 'valid_rows' AS valid, f.code, f.severity, f.line FROM rowhouse.import_preview('users', regress.file('email,role', 'a@example.com,', '', 'b@example.com,'), '{"strict": true}') p,
    regress.findings(p -> 'file') f;
ROLLBACK;

-- ---- what only the database can find ---------------------------------------------------------------------------------

RESET ROLE;
CREATE SEQUENCE public.regress_naps;
GRANT USAGE, SELECT ON SEQUENCE public.regress_naps TO PUBLIC;
CREATE FUNCTION regress.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE NEW.first_name
        WHEN 'raise' THEN RAISE EXCEPTION 'not on my watch';
        WHEN 'check' THEN RAISE EXCEPTION 'checked' USING ERRCODE = 'check_violation';
        WHEN 'unique' THEN RAISE EXCEPTION 'taken' USING ERRCODE = 'unique_violation';
        WHEN 'denied' THEN RAISE EXCEPTION 'denied' USING ERRCODE = 'insufficient_privilege';
        WHEN 'zero' THEN PERFORM 1 / (length(NEW.first_name) - 4);
        WHEN 'skip' THEN RETURN NULL;
        WHEN 'sleep' THEN IF nextval('public.regress_naps') = 1 THEN PERFORM pg_sleep(60); END IF;
        WHEN 'lock' THEN RAISE EXCEPTION 'no lock' USING ERRCODE = 'lock_not_available';
        ELSE NULL;
    END CASE;
    RETURN NEW;
END
$$;
CREATE TRIGGER regress_refuse BEFORE INSERT ON rowhouse.members FOR EACH ROW EXECUTE FUNCTION regress.refuse();
SET ROLE regress_app;
INSERT INTO files SELECT 'refused', convert_to(E'email,first_name\r\n' || string_agg(format(E'r%s@example.com,%s\r\n', n, coalesce(what, 'fine')), '' ORDER BY n), 'UTF8')
FROM generate_series(1, 1500) n LEFT JOIN (VALUES (1, 'raise'), (400, 'check'), (401, 'unique'), (402, 'denied'), (999, 'zero'), (1000, 'skip'), (1001, 'raise'), (1500, 'skip')) w(n, what) USING (n);
BEGIN;
SELECT regress.act_as('other@imports.example');
SELECT s ->> 'id' AS batch, regress.steady(s) AS status FROM files, rowhouse.import_run('users', content) s WHERE name = 'refused' \gset
SELECT :'status'::jsonb;
SELECT line, level, code, column_name, message FROM rowhouse.import_errors(:'batch') WHERE severity = 'error' ORDER BY line;
SELECT count(*) AS members FROM rowhouse.members WHERE email LIKE 'r%@example.com';
-- An error that is not about a row ends it all, and nothing is left of it.
SELECT regress.try($$SELECT rowhouse.import_run('users', regress.file('email,first_name', 'fine@example.com,fine', 'locked@example.com,lock'))$$);
SELECT count(*) AS batches FROM rowhouse.import_history();
SELECT count(*) AS members FROM rowhouse.members WHERE email = 'fine@example.com';
ROLLBACK;

-- ---- another organization --------------------------------------------------------------------------------------------

BEGIN;
SELECT regress.act_as('boss@imports.example');
SELECT h ->> 'id' AS batch FROM rowhouse.import_history(1) h \gset
COMMIT;
BEGIN;
SELECT regress.act_as('other@imports.example');
SELECT regress.try(format(call, :'batch')) FROM (VALUES ('SELECT rowhouse.import_status(%L)'), ('SELECT rowhouse.import_errors(%L)'),
    ('SELECT rowhouse.import_error_file(%L)')) c(call);
SELECT count(*) AS history FROM rowhouse.import_history();
SELECT count(*) AS members FROM rowhouse.members;
-- The same addresses are free here.
SELECT p -> 'valid_rows' AS valid FROM rowhouse.import_preview('users', regress.file('email', 'ok@example.com', 'boss@imports.example')) p;
ROLLBACK;

-- ---- 5,000 rows, 200 of them faulty, in the background ---------------------------------------------------------------

CREATE TEMP TABLE large AS
SELECT convert_to(E'Email Address,First Name,Last Name,Role,Department,Office,Phone\r\n' || string_agg(
    CASE WHEN n % 100 = 1 THEN format(E'person%s.example.com,P%s,Broken,member,Sales,Oslo,+47 2222 %s\r\n', n, n, 1000 + n % 9000)
         WHEN n % 100 = 2 THEN format(E'person%s@example.com,P%s,Broken,boss,Sales,Oslo,+47 2222 %s\r\n', n, n, 1000 + n % 9000)
         WHEN n % 100 = 3 THEN format(E'person%s@example.com,P%s,Broken,member,Sales,Oslo,call me\r\n', n, n)
         WHEN n % 100 = 4 THEN format(E'person%s@example.com,P%s,Broken,member,Sales,Oslo\r\n', n, n)
         ELSE format(E'person%s@example.com,P%s,"Number, %s",member,Sales,Oslo,+47 2222 %s\r\n', n, n, n, 1000 + n % 9000) END, '' ORDER BY n), 'UTF8') AS content
FROM generate_series(1, 5000) n;
BEGIN;
SELECT regress.act_as('other@imports.example');
SELECT p - '{findings,sample,columns,file,format}'::text[] AS preview, jsonb_array_length(p -> 'findings') AS shown FROM large, rowhouse.import_preview('users', content) p;
SELECT rowhouse.import_start('users', content, '{"file_name": "large.csv"}') AS batch FROM large \gset
SELECT rowhouse.import_status(:'batch') ->> 'status' AS before_commit;
COMMIT;
BEGIN;
SELECT regress.act_as('other@imports.example');
SELECT regress.wait_for(:'batch');
SELECT code, count(*), min(line) AS first FROM rowhouse.import_errors(:'batch', 0, 1000) WHERE severity = 'error' GROUP BY code ORDER BY code;
SELECT count(*) AS members, count(*) FILTER (WHERE status = 'invited' AND phone ~ '^\+472222\d{4}$' AND last_name LIKE 'Number, %') AS as_sent FROM rowhouse.members;
-- The failed rows, corrected.
SELECT rowhouse.import_start('users', convert_to(regexp_replace(regexp_replace(replace(replace(
    rowhouse.import_error_file(:'batch'), '"boss"', '"viewer"'), '"call me"', '"+47 2222 3333"'),
    '"person(\d+)\.example', '"person\1@example', 'g'), '"Oslo",,', '"Oslo","",', 'g'), 'UTF8')) AS batch \gset
COMMIT;
BEGIN;
SELECT regress.act_as('other@imports.example');
SELECT regress.wait_for(:'batch');
SELECT count(*) AS members FROM rowhouse.members;
SELECT h ->> 'file_name' AS file_name, h ->> 'inserted' AS inserted FROM rowhouse.import_history() h;
COMMIT;
BEGIN; SELECT regress.act_as('boss@imports.example'); SELECT count(*) AS elsewhere FROM rowhouse.members WHERE email LIKE 'person%'; COMMIT;

-- ---- the worker's other ends -----------------------------------------------------------------------------------------

-- A file at fault, an error of the database, a member who is none any more.
BEGIN;
SELECT regress.act_as('boss@imports.example');
SELECT rowhouse.import_start('users', 'name') AS at_fault, rowhouse.import_start('users', regress.file('email,first_name', 'x@example.com,fine', 'y@example.com,lock')) AS locked \gset
COMMIT;
BEGIN;
SELECT regress.act_as('admin@imports.example');
SELECT rowhouse.import_start('users', regress.file('email', 'x@example.com')) AS demoted \gset
SELECT regress.act_as('boss@imports.example');
SELECT rowhouse.set_member_role(:'one', 'admin@imports.example', 'member') ->> 'role' AS role;
COMMIT;
BEGIN;
SELECT regress.act_as('boss@imports.example');
SELECT regress.wait_for(:'at_fault');
SELECT regress.wait_for(:'locked');
SELECT regress.wait_for(:'demoted');
SELECT count(*) AS members FROM rowhouse.members WHERE email = 'x@example.com';
COMMIT;
-- Its process is ended while it works: the batch stays where it is, and goes on as soon as somebody looks.
BEGIN;
SELECT regress.act_as('boss@imports.example');
SELECT rowhouse.import_start('users', regress.file('email,first_name', 'x@example.com,fine', 'y@example.com,sleep')) AS ended \gset
COMMIT;
DO $$
BEGIN
    FOR i IN 1..6000 LOOP
        EXIT WHEN (SELECT is_called FROM public.regress_naps);
        PERFORM pg_sleep(0.01);
    END LOOP;
END
$$;
SELECT regress.terminate_workers() AS ended_workers;
SELECT regress.workers_gone();
BEGIN;
SELECT regress.act_as('boss@imports.example');
SELECT h ->> 'status' AS status, h ->> 'inserted' AS inserted FROM rowhouse.import_history(1) h;
SELECT regress.wait_for(:'ended');
SELECT count(*) AS members FROM rowhouse.members WHERE email IN ('x@example.com', 'y@example.com');
COMMIT;
-- Rolled back: no batch, and the worker leaves quietly.
SELECT regress.workers_gone();
BEGIN;
SELECT regress.act_as('boss@imports.example');
SELECT count(rowhouse.import_start('users', regress.file('email', 'never@example.com')));
ROLLBACK;
SELECT regress.workers_gone();
BEGIN;
SELECT regress.act_as('boss@imports.example');
SELECT count(*) AS members FROM rowhouse.members WHERE email = 'never@example.com';
COMMIT;
-- More than there are processes for: they wait their turn.
BEGIN;
SELECT regress.act_as('boss@imports.example');
CREATE TEMP TABLE many AS SELECT rowhouse.import_start('users', regress.file('email', format('many%s@example.com', i))) AS batch FROM generate_series(1, 40) i;
COMMIT;
BEGIN;
SELECT regress.act_as('boss@imports.example');
SELECT regress.wait_for(batch) ->> 'status' AS status, count(*) FROM many GROUP BY 1;
SELECT count(*) AS members FROM rowhouse.members WHERE email LIKE 'many%';
COMMIT;

-- ---- in the end ------------------------------------------------------------------------------------------------------

RESET ROLE;
SELECT count(*) FILTER (WHERE processed_rows <> inserted + updated + skipped + failed OR status IN ('pending', 'processing')
                           OR status = 'completed' AND processed_rows <> total_rows) AS out_of_balance,
       count(*) FILTER (WHERE content_sha256 <> sha256(content)) AS altered, count(*) > 5 AS some
FROM rowhouse.import_batches WHERE organization_id IN (:'one', :'two');
SELECT rowhouse.set_import_limits('{"person_per_hour": null, "person_per_day": null, "organization_per_hour": null, "organization_per_day": null}') IS NOT NULL;
DELETE FROM rowhouse.organizations WHERE slug LIKE 'imports-%';
SELECT count(*) AS batches FROM rowhouse.import_batches;
SELECT count(*) AS findings FROM rowhouse.import_errors;
DROP TRIGGER regress_refuse ON rowhouse.members;
DROP SEQUENCE public.regress_naps;
DROP FUNCTION regress.refuse, regress.findings, regress.steady, regress.wait_for, regress.workers_gone, regress.terminate_workers;
