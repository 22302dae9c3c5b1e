#include "imports/target.hpp"

#include <algorithm>

namespace rowhouse::imports {

namespace {

// Synonyms are taken from the exports and the upload templates of Google Workspace, Microsoft 365, Entra ID and Okta,
// and from what people write. Where a file has several of them, the earlier one is taken: an address before a log-in
// name, a place of work before a town, a desk phone before a mobile one. Private numbers and addresses are left alone.
target users_target() {
    target users;
    users.name = "users";
    users.columns = {
        {.name = "email",
         .type = column_type::email,
         .required = true,
         .max_length = 254,
         .example = "ada@example.com",
         .synonyms = {"emailaddress", "mail", "primaryemail", "primaryemailaddress", "workemail", "workemailaddress",
                      "businessemail", "companyemail", "useremail", "emailid", "mailaddress", "userprincipalname",
                      "upn", "signinname", "username", "loginname", "login"}},
        {.name = "first_name",
         .max_length = 200,
         .example = "Ada",
         .synonyms = {"givenname", "given", "forename", "fname", "first"}},
        {.name = "last_name",
         .max_length = 200,
         .example = "Example",
         .synonyms = {"surname", "familyname", "family", "lname", "last"}},
        {.name = "role",
         .type = column_type::choice,
         .default_value = "member",
         .example = "member",
         .synonyms = {"userrole", "memberrole", "organizationrole", "accessrole", "accesslevel", "permissionlevel"},
         .choices = {"viewer", "member", "admin", "owner"}},
        {.name = "department",
         .max_length = 200,
         .example = "Engineering",
         .synonyms = {"departmentname", "dept", "deptname", "businessunit", "team", "teamname"}},
        {.name = "location",
         .max_length = 200,
         .example = "Amsterdam",
         .synonyms = {"officelocation", "office", "physicaldeliveryofficename", "officename", "worklocation",
                      "workplace", "site", "branch", "city", "town", "workaddress"}},
        {.name = "phone",
         .type = column_type::phone,
         .max_length = 20,
         .example = "+31201234567",
         .synonyms = {"phonenumber", "telephone", "telephonenumber", "tel", "workphone", "workphonenumber",
                      "businessphone", "businessphones", "officephone", "primaryphone", "contactnumber", "mobilephone",
                      "mobilephonenumber", "mobilenumber", "mobile", "cellphone", "cell"}},
    };
    return users;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

// Letters and digits alone, what is in brackets left out.
std::string name_letters(std::string_view text) {
    std::string letters;
    int depth = 0;
    for (const char c : text) {
        if (c == '[' || c == '(') depth++;
        if (depth == 0 && is_name_byte(lower(c))) letters += lower(c);
        if ((c == ']' || c == ')') && depth > 0) depth--;
    }
    return letters;
}

// "Email Required" and "Email*" ask for an e-mail; a column called "Required" stays one.
std::string_view without_required(std::string_view label) {
    constexpr std::string_view word = "required";
    while (!label.empty() && label.back() == ' ')
        label.remove_suffix(1);
    if (label.size() <= word.size()) return label;
    const std::string_view tail = label.substr(label.size() - word.size());
    const bool matches =
        std::equal(tail.begin(), tail.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
    if (!matches || is_name_byte(lower(label[label.size() - word.size() - 1]))) return label;
    return label.substr(0, label.size() - word.size());
}

} // namespace

std::optional<target> find_target(std::string_view name) {
    if (name == "users") return users_target();
    return std::nullopt;
}

std::optional<std::size_t> find_column(const target& target, std::string_view name) {
    for (std::size_t i = 0; i < target.columns.size(); i++)
        if (target.columns[i].name == name) return i;
    return std::nullopt;
}

std::string canonical_name(std::string_view label) {
    return name_letters(without_required(label));
}

std::string bracketed_name(std::string_view label) {
    const std::size_t open = label.find('[');
    if (open == std::string_view::npos) return {};
    const std::size_t close = label.find(']', open);
    if (close == std::string_view::npos) return {};
    return name_letters(label.substr(open + 1, close - open - 1));
}

csv::cell_type cell_type_of(column_type type) {
    switch (type) {
    case column_type::email:
        return csv::cell_type::email;
    case column_type::phone:
        return csv::cell_type::phone;
    default:
        return csv::cell_type::text;
    }
}

} // namespace rowhouse::imports
