#include "core/ed25519.hpp"

#include "core/openssl.hpp"

#include <string>

namespace rowhouse::token {

namespace {

// The constants of the curve -x² + y² = 1 + d x² y² modulo p.
constexpr const char* p_text = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";
constexpr const char* d_text = "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3";

openssl::bignum from_hex(const char* text) {
    BIGNUM* number = nullptr;
    BN_hex2bn(&number, text);
    return openssl::bignum(number);
}

// Arithmetic modulo p; a failure (no memory) sticks.
class field {
public:
    field() : p_(from_hex(p_text)), context_(BN_CTX_new()) {}

    openssl::bignum times(const openssl::bignum& a, const openssl::bignum& b) {
        openssl::bignum result(BN_new());
        good_ = good_ && result && BN_mod_mul(result.get(), a.get(), b.get(), p_.get(), context_.get());
        return result;
    }
    openssl::bignum plus(const openssl::bignum& a, const openssl::bignum& b) {
        openssl::bignum result(BN_new());
        good_ = good_ && result && BN_mod_add(result.get(), a.get(), b.get(), p_.get(), context_.get());
        return result;
    }
    openssl::bignum minus(const openssl::bignum& a, const openssl::bignum& b) {
        openssl::bignum result(BN_new());
        good_ = good_ && result && BN_mod_sub(result.get(), a.get(), b.get(), p_.get(), context_.get());
        return result;
    }
    bool contains(const openssl::bignum& a) { return good_ && BN_cmp(a.get(), p_.get()) < 0; }
    bool has_root(const openssl::bignum& a) { return good_ && BN_kronecker(a.get(), p_.get(), context_.get()) == 1; }
    bool is_zero(const openssl::bignum& a) { return !good_ || BN_is_zero(a.get()); }

private:
    openssl::bignum p_;
    openssl::bignum_context context_;
    bool good_ = p_ && context_;
};

} // namespace

bool ed25519_is_strong(std::string_view bytes) {
    if (bytes.size() != 32) return false;
    std::string big_endian(bytes.rbegin(), bytes.rend());
    big_endian[0] = static_cast<char>(big_endian[0] & 0x7f); // the top bit is the sign of x
    const openssl::bignum y(BN_bin2bn(reinterpret_cast<const unsigned char*>(big_endian.data()), 32, nullptr));
    const openssl::bignum one = from_hex("1");
    const openssl::bignum d = from_hex(d_text);
    field field;
    if (!y || !one || !d || !field.contains(y)) return false;

    // Order 4: y = 0. Order 1 and 2: x = 0, so y² = 1. Order 8: the double has y = 0, which means x² = -y², so that the
    // curve says d y⁴ + 2 y² = 1.
    const openssl::bignum y2 = field.times(y, y);
    const openssl::bignum numerator = field.minus(y2, one);
    const openssl::bignum dy2 = field.times(d, y2);
    const openssl::bignum of_order_8 = field.minus(field.plus(field.times(dy2, y2), field.plus(y2, y2)), one);
    if (field.is_zero(y) || field.is_zero(numerator) || field.is_zero(of_order_8)) return false;

    // On the curve when x² = (y² - 1) / (d y² + 1) has a root; so has the product when the quotient has.
    return field.has_root(field.times(numerator, field.plus(dy2, one)));
}

} // namespace rowhouse::token
