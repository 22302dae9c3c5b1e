// TLS for those who have no proxy in front, by OpenSSL.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

namespace rowhouse {

struct ssl_closer {
    void operator()(SSL* session) const { SSL_free(session); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using tls_session = std::unique_ptr<SSL, ssl_closer>;

class tls {
public:
    // Both empty: there is none. Throws config_error for files that do not fit.
    tls(std::string certificate_file, std::string key_file);

    bool is_on() const { return !certificate_file_.empty(); }
    // The files as they are now, for new connections; those that are open stay. Throws config_error and changes
    // nothing.
    void reload();
    // Of a socket that was accepted, before its handshake. Null without TLS.
    tls_session accept(int socket) const;

private:
    std::string certificate_file_, key_file_;
    mutable std::mutex mutex_{};
    std::shared_ptr<SSL_CTX> context_{};
};

} // namespace rowhouse
