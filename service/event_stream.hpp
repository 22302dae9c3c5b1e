// The state of a batch as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
#pragma once

#include "events.hpp"
#include "exchange.hpp"
#include "transaction.hpp"

#include <httplib.h>

namespace rowhouse {

// Sends `event: status` with what the call gives, at once and each time that it is another one, until the batch is at
// its end, the client has gone, the service stops, or the call is refused (`event: problem`), as when the token has
// expired. The first call is made here, so that it is refused as any other request is. Throws problem.
void answer_events(exchange& current, httplib::Response& response, pool& connections, import_events& events,
                   sql_call call, const std::string& batch);

} // namespace rowhouse
