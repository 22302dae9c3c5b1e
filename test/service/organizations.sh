# Organizations and their members; nothing passes from one to the other.

http GET /api/v1/organizations "${as_alice[@]}"
expect "own organizations" "$status" 200
expect "A is listed" "$(grep -c "$org_a" "$work/body")" 1
expect "B is not" "$(grep -c "$org_b" "$work/body" || true)" 0
http GET /api/clients "${as_bob[@]}"
expect "the alias lists B alone" "$status $(grep -c "$org_b" "$work/body") $(grep -c "$org_a" "$work/body" || true)" "200 1 0"
http GET /api/v1/organizations
problem "organizations of nobody" 401 28000
http POST /api/v1/organizations "${as_bob[@]}" -d "{\"slug\":\"$org_a\",\"name\":\"mine\"}"
problem "a slug that is taken" 409 23505
http POST /api/v1/organizations "${as_bob[@]}" -d '{"slug":"no-name"}'
problem "a missing field" 422 missing_field
http POST /api/v1/organizations "${as_bob[@]}" -d '{"slug":"x","name":"x","options":[]}'
problem "a field of the wrong type" 422 invalid_field

http POST /api/v1/organizations "${as_alice[@]}" -d "{\"slug\":\"m-$run_id\",\"name\":\"Members\"}"
expect "an organization for this" "$status $(field .slug) $(field .role)" "201 m-$run_id owner"
org_m_id=$(field .id)
members="/api/v1/organizations/m-$run_id/members"
http POST "$members" "${as_alice[@]}" -d "{\"email\":\"dave@$run_id.example\",\"role\":\"member\",\"details\":{\"department\":\"Sales\"}}"
expect "add a member" "$status" 201
dave=$(field .id)
expect_match "with an id" "$dave" '^[0-9a-f-]{36}$'
http POST "$members" "${as_alice[@]}" -d "{\"email\":\"dave@$run_id.example\"}"
problem "the same member again" 409 23505
http POST "$members" "${as_alice[@]}" -d '{"email":"nonsense"}'
expect "an address that is none" "$status" 422
http GET "$members?limit=100" "${as_alice[@]}"
expect "list members" "$status $(grep -c "dave@$run_id.example" "$work/body")" "200 1"
http GET "/api/v1/organizations/$org_m_id/members" "${as_alice[@]}"
expect "the same by id" "$status $(grep -c "dave@$run_id.example" "$work/body")" "200 1"
http GET "$members?limit=ten" "${as_alice[@]}"
problem "a limit that is no number" 422 22P02

# Bob, an owner elsewhere, at Alice's door: as if there were nothing.
for path in "$members" "/api/v1/organizations/$org_m_id/members" "/api/v1/organizations/none-$run_id/members"; do
    http GET "$path" "${as_bob[@]}"
    problem "B's owner lists $path" 404 P0002
done
http POST "$members" "${as_bob[@]}" -d "{\"email\":\"eve@$run_id.example\"}"
problem "B's owner adds a member to A" 404 P0002
http PATCH "$members/$dave" "${as_bob[@]}" -d '{"role":"admin"}'
problem "B's owner changes A's member" 404 P0002
http PATCH "/api/v1/organizations/$org_b/members/$dave" "${as_bob[@]}" -d '{"role":"admin"}'
problem "also through B" 404 P0002
http DELETE "/api/v1/organizations/$org_b/members/$dave" "${as_bob[@]}"
problem "B's owner deletes A's member" 404 P0002

http PATCH "$members/$dave" "${as_alice[@]}" -d '{"role":"viewer"}'
expect "change a member" "$status $(field .role)" "200 viewer"
http PATCH "$members/$dave" "${as_alice[@]}" -d '["role"]'
problem "a change that is no object" 422 invalid_body
http PATCH "$members/dave" "${as_alice[@]}" -d '{"role":"viewer"}'
problem "an id that is no uuid" 404 not_found
http DELETE "$members/$dave" "${as_alice[@]}"
expect "delete a member" "$status $(cat "$work/body")" "204 "
http DELETE "$members/$dave" "${as_alice[@]}"
problem "delete it again" 404 P0002
http GET "$members" "${as_alice[@]}"
expect "gone" "$(grep -c "dave@$run_id.example" "$work/body" || true)" 0

# A member who may look but not touch.
viewer=$(sign_up viewer)
secrets+=("$viewer")
admin --command "SELECT rowhouse.confirm_account('viewer@$run_id.example')" >"$work/ignored"
http POST "$members" "${as_alice[@]}" -d "{\"email\":\"viewer@$run_id.example\",\"role\":\"viewer\"}"
http POST "$members" -H "Authorization: Bearer $viewer" -d "{\"email\":\"eve@$run_id.example\"}"
problem "a viewer adds a member" 403 42501
