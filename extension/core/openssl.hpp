// OpenSSL's objects, freed with their scope.
#pragma once

#include <memory>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace rowhouse::openssl {

template <auto Free>
struct freed_by {
    template <typename Object>
    void operator()(Object* object) const {
        Free(object);
    }
};

using bignum = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using bignum_context = std::unique_ptr<BN_CTX, freed_by<BN_CTX_free>>;
using ecdsa_signature = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using pkey = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using pkey_context = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using params = std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>>;
using params_builder = std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>>;

// What goes wrong within the scope leaves nothing in the queue of errors that this thread shares with the server's own
// connections.
class quiet {
public:
    quiet() { ERR_set_mark(); }
    ~quiet() { ERR_pop_to_mark(); }
    quiet(const quiet&) = delete;
    quiet& operator=(const quiet&) = delete;
};

} // namespace rowhouse::openssl
