#include "core/key.hpp"

#include "core/jwk.hpp"
#include "core/pem.hpp"
#include "core/public_key.hpp"

#include <bit>

namespace rowhouse::token {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::size_t bits_of(std::string_view number) {
    if (number.empty()) return 0;
    return number.size() * 8 - static_cast<std::size_t>(std::countl_zero(static_cast<unsigned char>(number[0])));
}

bool is_odd(std::string_view number) {
    return !number.empty() && number.back() & 1;
}

std::string rsa_fault(const key& candidate) {
    const std::size_t bits = bits_of(candidate.n);
    if (bits < min_rsa_bits || bits > max_rsa_bits)
        return "The RSA modulus has " + std::to_string(bits) + " bits; it must have " + std::to_string(min_rsa_bits) +
               " to " + std::to_string(max_rsa_bits) + ".";
    // Small exponents have a history of forged signatures; OpenSSL itself uses none of more than 64 bits with a long
    // modulus.
    const std::size_t exponent_bits = bits_of(candidate.e);
    if (!is_odd(candidate.e) || exponent_bits < 3 || exponent_bits > 64)
        return "The RSA exponent must be odd, more than 3 and at most 64 bits long; 65537 is usual.";
    return {};
}

std::string size_fault(const key& candidate) {
    switch (candidate.algorithm) {
    case algorithm::hs256:
        if (candidate.k.size() < min_secret_bytes || candidate.k.size() > max_secret_bytes)
            return "The secret has " + std::to_string(candidate.k.size()) + " bytes; it must have " +
                   std::to_string(min_secret_bytes) + " to " + std::to_string(max_secret_bytes) +
                   ". Make one with: openssl rand -base64 48";
        return {};
    case algorithm::rs256:
        return rsa_fault(candidate);
    case algorithm::es256:
        if (candidate.x.size() != 32 || candidate.y.size() != 32) return "The coordinates of P-256 have 32 bytes each.";
        return {};
    case algorithm::eddsa:
        if (candidate.x.size() != 32) return "A public key of Ed25519 has 32 bytes.";
        return {};
    }
    return {};
}

} // namespace

std::string read_key(algorithm wanted, std::string_view kid, std::string_view text, key& result) {
    result = {};
    result.algorithm = wanted;
    const std::string_view inner = trimmed(text);
    std::string fault;
    if (inner.starts_with('{'))
        fault = read_jwk(inner, kid, result);
    else if (inner.find("-----BEGIN") != inner.npos)
        fault = read_pem(inner, result);
    else if (wanted == algorithm::hs256)
        result.k = text;
    else
        fault = "Give the public key as a PEM (BEGIN PUBLIC KEY) or as a JWK.";
    return fault.empty() ? size_fault(result) : fault;
}

std::string deep_fault(const key& candidate) {
    return candidate.algorithm == algorithm::hs256 ? std::string{} : public_key_fault(candidate);
}

std::string text_to_keep(const key& accepted, std::string_view given) {
    return accepted.algorithm == algorithm::hs256 && accepted.k == given ? std::string(given) : write_jwk(accepted);
}

} // namespace rowhouse::token
