#include "core/checks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace rowhouse::checks {

namespace {

TEST(email, normal_form) {
    EXPECT_EQ(email("a@example.com"), "a@example.com");
    EXPECT_EQ(email("Ann.Lee@Example.COM"), "Ann.Lee@example.com");
    EXPECT_EQ(email("o'neil@example.com"), "o'neil@example.com");
    EXPECT_EQ(email("user+tag@example.com"), "user+tag@example.com");
    EXPECT_EQ(email("a@xn--r8jz45g.jp"), "a@xn--r8jz45g.jp");
    EXPECT_EQ(email("!#$%&'*+/=?^_`{|}~-@example.com"), "!#$%&'*+/=?^_`{|}~-@example.com");
    EXPECT_EQ(email("=cmd|'/Ccalc'!A0@example.com"), "=cmd|'/Ccalc'!A0@example.com");
    EXPECT_EQ(email("+1-1@example.com"), "+1-1@example.com");
}

TEST(email, refused) {
    for (const std::string_view text : {"",
                                        "a",
                                        "@",
                                        "a@",
                                        "@example.com",
                                        "a@b",
                                        "a@localhost",
                                        "a..b@example.com",
                                        ".a@example.com",
                                        "a.@example.com",
                                        "u@例え.jp",
                                        "é@example.com",
                                        "\"a b\"@example.com",
                                        "a@[127.0.0.1]",
                                        "a@example.com.",
                                        "a@.example.com",
                                        "a@example..com",
                                        "user@exa_mple.com",
                                        "Bob <a@example.com>",
                                        "a@example.com\n",
                                        "a@example.com ",
                                        " a@example.com",
                                        "a b@example.com",
                                        "a@b@example.com",
                                        "a@-example.com",
                                        "a@example-.com"}) {
        EXPECT_FALSE(email(text).has_value()) << text;
    }
}

TEST(email, lengths) {
    const std::string local(64, 'a');
    EXPECT_TRUE(email(local + "@example.com").has_value());
    EXPECT_FALSE(email(local + "a@example.com").has_value());

    const std::string label(63, 'b');
    EXPECT_TRUE(email("a@" + label + ".com").has_value());
    EXPECT_FALSE(email("a@b" + label + ".com").has_value());

    const std::string domain = label + "." + label + "." + std::string(57, 'c') + ".de";
    ASSERT_EQ(domain.size(), 188U);
    EXPECT_TRUE(email(std::string(64, 'a') + "@" + domain.substr(0)).has_value());
    EXPECT_EQ(std::string(64, 'a').size() + 1 + domain.size(), 253U);
    EXPECT_TRUE(email(std::string(64, 'a') + "@x" + domain.substr(1) + "e").has_value());
    EXPECT_FALSE(email(std::string(64, 'a') + "@" + domain + "ee").has_value());
}

TEST(email, key) {
    EXPECT_EQ(email_key("Ann.Lee@example.com"), "ann.lee@example.com");
    EXPECT_EQ(email_key(*email("ANN@EXAMPLE.com")), email_key(*email("ann@example.COM")));
}

TEST(email, form_without_copy) {
    std::string buffer;
    const std::string_view text = "Ann.Lee@example.com";
    EXPECT_EQ(email_form(text, buffer)->data(), text.data()) << "its own normal form";
    EXPECT_EQ(email_form("Ann.Lee@EXAMPLE.com", buffer), "Ann.Lee@example.com");
    EXPECT_EQ(email_form("Ann.Lee@EXAMPLE.com", buffer)->data(), buffer.data());
}

TEST(url, normal_form) {
    std::string buffer;
    for (const std::string_view text :
         {"https://example.com", "http://example.com/", "https://e.com/?a=1&b=-2", "http://localhost:8080/x#y",
          "https://192.0.2.1/a%20b", "https://[2001:db8::1]:443/", "https://xn--r8jz45g.jp/例え",
          "http://e.com?q=(a)[b]"})
        EXPECT_EQ(url_form(text, buffer), text);
    EXPECT_EQ(url_form("HTTPS://Example.COM/Path", buffer), "https://example.com/Path");
}

TEST(url, refused) {
    std::string buffer;
    for (const std::string_view text : {"",
                                        "example.com",
                                        "www.example.com/a",
                                        "ftp://example.com",
                                        "javascript:alert(1)",
                                        "data:text/html,x",
                                        "http:",
                                        "http://",
                                        "http:///path",
                                        "http://a b.com",
                                        "http://e.com/a b",
                                        "http://e.com/a\nb",
                                        "http://user@e.com",
                                        "http://user:secret@e.com/",
                                        "http://e.com:0/",
                                        "http://e.com:65536/",
                                        "http://e.com:x/",
                                        "http://-e.com",
                                        "http://e..com",
                                        "http://e_x.com",
                                        "http://例え.jp/",
                                        "http://e.com/%zz",
                                        "http://e.com/%a",
                                        "http://e.com/\"x\"",
                                        "http://e.com/<x>",
                                        "http://e.com/\u200bx",
                                        "http://e.com/\u00a0",
                                        "http://[::1",
                                        "http://[x]/",
                                        " http://e.com"})
        EXPECT_FALSE(url_form(text, buffer).has_value()) << text;
    EXPECT_FALSE(url_form("http://" + std::string(300, 'a') + ".com", buffer).has_value());
}

} // namespace

} // namespace rowhouse::checks
