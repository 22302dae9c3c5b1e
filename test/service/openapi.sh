# The OpenAPI document: valid, and every operation of it is there.

http GET /openapi.json
expect "the document" "$status $(header Content-Type) $(field .openapi)" "200 application/json 3.1.0"
cp "$work/body" "$work/openapi.json"
node_modules @seriousme/openapi-schema-validator
expect "it is valid" "$(node "$here/openapi.mjs" valid "$work/openapi.json" 2>&1)" "valid"
expect "every operation has an id of its own" "$(jq -r '[.paths[][].operationId] | length == (unique | length)' "$work/openapi.json")" true
expect "it names the uploads" "$(jq -r '.paths["/api/v1/organizations/{org}/imports/{target}"].post.requestBody.content | keys | join(" ")' "$work/openapi.json")" \
    "application/octet-stream multipart/form-data text/csv"
# What is called finds a route, takes what the document says, and answers as the document says.
walk=$(ORGANIZATION=$org_a TOKEN=$alice BASE=$base node "$here/openapi.mjs" walk "$work/openapi.json" 2>&1)
expect "every operation answers" "$(tail -1 <<<"$walk")" "$(jq '[.paths[] | keys[]] | length' "$work/openapi.json") operations, 0 faults"
[[ $walk == *" 0 faults" ]] || echo "$walk"
