# The state of a batch as it changes.

import="/api/v1/organizations/$org_a/users/import"
{ echo email,first_name; for i in $(seq 3000); do echo "event$i@$run_id.example,E$i"; done; } >"$work/events.csv"
http POST "$import" "${as_alice[@]}" -F "file=@$work/events.csv"
expect "a batch" "$status" 202
location=$(header Location)
curl --silent --no-buffer --max-time 30 -D "$work/events.head" "${as_alice[@]}" "$base$location/events" >"$work/events"
expect "events, until the batch is at its end" "$? $(grep -ci '^content-type: text/event-stream' "$work/events.head")" "0 1"
expect "every one is a whole state" "$(sed -n 's/^data: //p' "$work/events" | jq -r '.id' | sort -u)" "${location##*/}"
expect "the last one is the end" "$(sed -n 's/^data: //p' "$work/events" | tail -1 | jq -r '[.status, .processed_rows, .progress] | join(" ")')" "completed 3000 100"
expect "no state twice" "$(sed -n 's/^data: //p' "$work/events" | jq -c 'del(.rows_per_second)' | sort | uniq -d)" ""
curl --silent --max-time 10 "${as_alice[@]}" "$base$location/events" >"$work/events"
expect "a batch that is done says so once" "$(grep -c '^event: status' "$work/events")" 1

http GET "$location/events"
problem "nobody" 401 28000
http GET "${location/$org_a/$org_b}/events" "${as_bob[@]}"
problem "somebody else" 404 P0002
http GET "$import/00000000-0000-4000-8000-000000000000/events" "${as_alice[@]}"
problem "no such batch" 404 P0002

# A batch that is held stays where it is until somebody starts it; the stream hears of that at once.
http POST "$import/stage" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "email
staged@$run_id.example
not an address"
expect "a batch that is held" "$status $(field .invalid_rows)" "201 1"
batch=$(field .id)
curl --silent --no-buffer --max-time 30 "${as_alice[@]}" "$base$import/$batch/events" >"$work/events" &
stream=$!
has_event() { grep -q "\"phase\": *\"$1\"\|\"status\": *\"$1\"" "$work/events"; }
if until_true 10 has_event held; then pass; else fail "no event of a held batch: $(cat "$work/events")"; fi
http PATCH "$import/$batch/records/2" "${as_alice[@]}" -d "{\"column\":\"email\",\"value\":\"repaired@$run_id.example\"}"
expect "its cells can be corrected" "$status $(field .invalid_rows)" "200 0"
begun=$EPOCHREALTIME
http POST "$import/$batch/start" "${as_alice[@]}"
expect "it can be started" "$status" 202
if until_true 10 has_event completed; then pass; else fail "no event of its end: $(cat "$work/events")"; fi
expect "within two seconds" "$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a < 2 }')" 1
wait "$stream"
expect "both rows are in" "$(sed -n 's/^data: //p' "$work/events" | tail -1 | jq -r .inserted)" 2

# Streams have their own limit, and do not keep the service from ending.
main_base=$base
start_service "$work/log.streams" --max-streams 1
base=$service_address
http POST "$import/stage" "${as_alice[@]}" -H 'Content-Type: text/csv' --data-binary "email
held@$run_id.example"
batch=$(field .id)
curl --silent --no-buffer --max-time 60 "${as_alice[@]}" "$base$import/$batch/events" >"$work/stream" &
stream=$!
stream_is_open() { grep -q '^data:' "$work/stream"; }
if until_true 10 stream_is_open; then pass; else fail "no stream"; fi
http GET "$import/$batch/events" "${as_alice[@]}"
problem "one stream and not two" 503 too_many_streams
begun=$EPOCHREALTIME
kill -TERM "$service_pid"
code=0
wait "$service_pid" || code=$?
wait "$stream" || true
expect "the service ends in order" "$code $(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a < 5 }')" "0 1"
base=$main_base
http POST "$import/$batch/cancel" "${as_alice[@]}"
expect "the held batch goes" "$(field .status)" cancelled
