# A users file of 5,000 rows, 200 of them faulty: template, preview, import, progress, errors, repair.

import="/api/v1/organizations/$org_a/users/import"

# users FIRST LAST BAD_EVERY: rows FIRST to LAST, every BAD_EVERYth with a broken address (0: none)
users() {
    printf 'email,first_name,last_name,role,department,location,phone\r\n'
    awk -v first="$1" -v last="$2" -v bad="$3" 'BEGIN {
        for (i = first; i <= last; i++)
            printf "%s,First%d,\"Last, %d\",member,Sales,Berlin,+49 30 %07d\r\n",
                bad && i % bad == 0 ? "user" i "-at-example" : "user" i "@example.com", i, i, i
    }'
}

# finished BATCH: whether it has ended
finished() {
    http GET "$import/$1" "${as_alice[@]}"
    [[ $(field .status) =~ ^(completed|failed|cancelled)$ ]]
}

users 1 5000 25 >"$work/users.csv"

for method in GET POST; do
    http "$method" "$import/template" "${as_alice[@]}"
    expect "$method template" "$status $(header Content-Type)" "200 text/csv; charset=utf-8"
    expect "$method template file name" "$(header Content-Disposition)" 'attachment; filename="users-template.csv"'
    expect_match "$method template columns" "$(head -1 "$work/body")" 'email.*first_name.*last_name.*role.*department.*location.*phone'
done

http POST "$import/preview" "${as_alice[@]}" -F "file=@$work/users.csv"
expect "preview" "$status" 200
expect "preview totals" "$(field '[.total_rows, .valid_rows, .invalid_rows] | join(" ")')" "5000 4800 200"
holds "preview maps the columns" '[.columns[].target] | index("email") != null and index("phone") != null'
holds "preview findings" '.findings[0] | has("record") and has("line") and has("code") and has("severity") and has("message")'
expect "the first fault" \
    "$(field '[.findings[] | select(.severity == "error")][0] | "\(.record) \(.line) \(.column) \(.value)"')" "25 26 email user25-at-example"

http POST "$import" "${as_alice[@]}" -F "file=@$work/users.csv;type=text/csv"
expect "import" "$status" 202
holds "import document" '.id and .status == "pending"'
batch=$(field .id)
expect "import location" "$(header Location)" "$import/$batch"
if until_true 120 finished "$batch"; then pass; else fail "the import never finished"; fi
expect "import result" "$(field '[.status, .total_rows, .processed_rows, .inserted, .updated, .skipped, .failed, .progress] | join(" ")')" \
    "completed 5000 5000 4800 0 0 200 100"
holds "status document" 'has("created_at") and has("started_at") and has("finished_at") and has("error") and .target == "users"'
expect "file name" "$(field .file_name)" users.csv

# All findings, page by page.
after=0
pages=0
: >"$work/findings"
while ((pages < 20)); do
    http GET "$import/$batch/errors?after=$after&limit=70" "${as_alice[@]}"
    if [[ $status != 200 || $(field '.errors | length') == 0 ]]; then break; fi
    holds "page $pages is not too long" '.errors | length <= 70'
    field '.errors[] | select(.severity == "error") | "\(.seq) \(.record)"' >>"$work/findings"
    after=$(field '.errors[-1].seq')
    pages=$((pages + 1))
done
expect "records with errors" "$(cut -d' ' -f2 "$work/findings" | sort -u | wc -l)" 200
expect "none comes twice" "$(sort "$work/findings" | uniq -d | wc -l)" 0
http GET "$import/$batch/errors" "${as_alice[@]}" -H 'Accept: application/json'
expect "errors as JSON" "$(header Content-Type)" application/json
http GET "$import/$batch/errors" "${as_alice[@]}" -H 'Accept: text/csv'
expect "errors as a file" "$status $(header Content-Type)" "200 text/csv; charset=utf-8"
expect "error file name" "$(header Content-Disposition)" "attachment; filename=\"$batch-errors.csv\""
expect "error file rows" "$(grep -c -- '-at-example' "$work/body")" 200

# Repair: the faulty rows alone, corrected.
users 1 5000 0 | awk 'NR == 1 || (NR - 1) % 25 == 0' >"$work/repaired.csv"
http POST "$import/preview" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "@$work/repaired.csv"
expect "preview of the repaired file" "$(field '[.total_rows, .valid_rows, .invalid_rows] | join(" ")')" "200 200 0"
http POST "$import" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "@$work/repaired.csv"
expect "import of the repaired file as a raw body" "$status" 202
repaired=$(field .id)
if until_true 60 finished "$repaired"; then pass; else fail "the repaired import never finished"; fi
expect "repaired result" "$(field '[.status, .total_rows, .inserted, .failed] | join(" ")')" "completed 200 200 0"
http GET "$import/$repaired/errors" "${as_alice[@]}"
expect "no errors left" "$(cat "$work/body")" '{"errors": []}'
http GET "$import?limit=1" "${as_alice[@]}"
expect "history" "$status $(field '.batches | length')" "200 1"
http GET "$import" "${as_alice[@]}"
expect "whole history" "$(grep -o "$batch" "$work/body" | sort -u | wc -l) $(grep -o "$repaired" "$work/body" | sort -u | wc -l)" "1 1"

# Options travel as query parameters and as form fields; what is not on the list does not.
sed -n '1,4 { s/,/;/g; s/"Last; /"Last, /; p }' "$work/repaired.csv" >"$work/semicolons.csv"
http POST "$import/preview?delimiter=%3B&header=true&nonsense=1" "${as_alice[@]}" -H 'Content-Type: application/octet-stream' \
    --data-binary "@$work/semicolons.csv"
expect "options in the query" "$status $(field '.format.delimiter')" "200 ;"
http POST "$import/preview" "${as_alice[@]}" --form-string 'delimiter=;' --form-string strict=true \
    -F "file=@$work/semicolons.csv" --form-string other=1
expect "options in the form" "$status $(field '.format.delimiter')" "200 ;"
http POST "$import/preview" "${as_alice[@]}" -F "header=perhaps" -F "file=@$work/semicolons.csv"
expect "an option the database refuses" "$status" 422

# Bob sees nothing of it.
for path in "$import/$batch" "$import/$batch/errors" "$import" "$import/template" "/api/v1/organizations/$org_b/users/import/$batch" \
    "/api/v1/organizations/$org_b/users/import/$batch/errors"; do
    http GET "$path" "${as_bob[@]}"
    problem "B's owner reads $path" 404 P0002
done
http GET "/api/v1/organizations/$org_b/users/import/$batch/errors" "${as_bob[@]}" -H 'Accept: text/csv'
problem "B's owner downloads A's error file" 404 P0002
http POST "$import" "${as_bob[@]}" -F "file=@$work/repaired.csv"
problem "B's owner imports into A" 404 P0002
http GET "/api/v1/organizations/$org_b/users/import" "${as_bob[@]}"
expect "B's history is empty" "$status $(field '.batches | length')" "200 0"
http GET "$import/not-a-batch" "${as_alice[@]}"
problem "a batch id that is no uuid" 404 not_found

# Uploads that are none.
http POST "$import" "${as_alice[@]}" -H 'Content-Type: application/json' -d '{}'
problem "JSON instead of a file" 415 unsupported_media_type
http POST "$import" "${as_alice[@]}" -H 'Content-Type:' -d 'x'
problem "no content type" 415 unsupported_media_type
http POST "$import" "${as_alice[@]}" -H 'Content-Type: text/csv' -H 'Content-Encoding: gzip' --data-binary "@$work/repaired.csv"
problem "a compressed body" 415 unsupported_content_encoding
http POST "$import" "${as_alice[@]}" -F "data=@$work/repaired.csv"
problem "a form without the file" 422 missing_file
http POST "$import" "${as_alice[@]}" -F "file=@$work/repaired.csv" -F "file=@$work/users.csv"
problem "two files" 422 too_many_files
http POST "$import" "${as_alice[@]}" -H 'Content-Type: multipart/form-data; boundary=xyz' --data-binary $'--xyz\r\nrubbish'
problem "a broken form" 400 malformed_multipart
http POST "$import" "${as_alice[@]}" -H 'Content-Type: multipart/form-data' --data-binary 'x'
problem "a form without a boundary" 400 malformed_multipart
# No line break after the last boundary is allowed, and some clients send it so.
printf -- '--xyz\r\nContent-Disposition: form-data; name="file"; filename="C:\\dir\\n.csv"\r\n\r\n%s\r\n--xyz--' \
    "$(cat "$work/repaired.csv")" >"$work/form"
http POST "$import/preview" "${as_alice[@]}" -H 'Content-Type: multipart/form-data; boundary="xyz"' --data-binary "@$work/form"
expect "a form without a last line break" "$status $(field .total_rows)" "200 200"

# Taken back, once; what has ended cannot be stopped any more.
http POST "$import/$repaired/cancel" "${as_alice[@]}"
expect "stopping what has ended" "$status $(field .status)" "200 completed"
http POST "$import/$repaired/undo" "${as_bob[@]}"
problem "B's owner takes A's import back" 404 P0002
http POST "$import/$repaired/undo" "${as_alice[@]}"
expect "taken back" "$status $(field '[.removed, .restored, .refused] | join(" ")')" "200 200 0 0"
http POST "$import/$repaired/undo" "${as_alice[@]}"
problem "taken back twice" 409 55000

# One upload too many is told when to come again.
admin --command "SELECT rowhouse.set_import_limits('{\"person_per_hour\": 1}')" >"$work/ignored"
http POST "$import" "${as_alice[@]}" -F "file=@$work/repaired.csv"
problem "one upload too many" 429 53400
expect "when to come again" "$(($(header Retry-After) > 60 && $(header Retry-After) <= 3600))" 1
admin --command "SELECT rowhouse.set_import_limits('{\"person_per_hour\": null}')" >"$work/ignored"
