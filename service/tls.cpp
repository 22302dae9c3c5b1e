#include "tls.hpp"

#include "config.hpp"

#include <openssl/err.h>

namespace rowhouse {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& file) {
    const unsigned long code = ERR_get_error();
    const char* const reason = ERR_reason_error_string(code);
    ERR_clear_error();
    throw config_error(what + " \"" + file + "\" cannot be used: " + (reason ? reason : "unknown reason"));
}

std::shared_ptr<SSL_CTX> load(const std::string& certificate_file, const std::string& key_file) {
    std::unique_ptr<SSL_CTX, ssl_closer> context(SSL_CTX_new(TLS_server_method()));
    if (!context) refuse("OpenSSL with", certificate_file);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION); // RFC 8996
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // By default OpenSSL asks the terminal for a passphrase, and whoever has sent SIGHUP is not there to answer.
    SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return -1; });
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1)
        refuse("the certificate", certificate_file);
    if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1)
        refuse("the key", key_file);
    return context;
}

} // namespace

tls::tls(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {
    if (is_on()) context_ = load(certificate_file_, key_file_);
}

void tls::reload() {
    if (!is_on()) return;
    std::shared_ptr<SSL_CTX> fresh = load(certificate_file_, key_file_);
    const std::lock_guard lock(mutex_);
    context_ = std::move(fresh);
}

tls_session tls::accept(int socket) const {
    if (!is_on()) return nullptr;
    const std::lock_guard lock(mutex_);
    tls_session session(SSL_new(context_.get())); // which keeps the context alive
    if (!session || SSL_set_fd(session.get(), socket) != 1) throw std::bad_alloc();
    SSL_set_accept_state(session.get());
    return session;
}

} // namespace rowhouse
