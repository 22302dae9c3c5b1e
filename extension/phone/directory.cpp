#include "phone/directory.hpp"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <set>

namespace rowhouse::phone {

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using kind = checks::phone_entry::kind;

// Parsing takes time that grows with the square of the length. This is more than any number needs, in full-width digits
// too, and takes a fraction of a millisecond at worst.
constexpr std::size_t longest_text = 128;

// It logs to stdout unless told otherwise. The one instance belongs to the library and lives as long as the process.
PhoneNumberUtil& plans() {
    PhoneNumberUtil* instance = PhoneNumberUtil::GetInstance();
    if (auto* logger = i18n::phonenumbers::Logger::mutable_logger_impl()) logger->set_level(0);
    return *instance;
}

} // namespace

checks::phone_entry look_up(std::string_view text, std::string_view region) {
    checks::phone_entry entry;
    if (text.size() > longest_text) return entry;
    PhoneNumberUtil& util = plans();
    PhoneNumber number;
    const std::string default_region(region.empty() ? "ZZ" : region); // ZZ: none, a country code must be there
    if (util.Parse(std::string(text), default_region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return entry;

    std::string e164;
    util.Format(number, PhoneNumberUtil::E164, &e164);
    if (e164.size() >= sizeof entry.e164) return entry;
    std::memcpy(entry.e164, e164.c_str(), e164.size() + 1);
    if (number.has_extension())
        entry.is = kind::extension;
    else
        entry.is = util.IsValidNumber(number) ? kind::valid : kind::unknown;
    return entry;
}

bool is_region(std::string_view region) {
    std::set<std::string> regions;
    plans().GetSupportedRegions(&regions);
    return regions.count(std::string(region)) > 0;
}

} // namespace rowhouse::phone
