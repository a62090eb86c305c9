// Which page a query string asks for.
#include "catalog/paging.hpp"

#include <gtest/gtest.h>

namespace aesel::catalog {
namespace {

http::Request request(const std::string& query) {
  http::Request result;
  EXPECT_TRUE(http::parse_target("/list?" + query, result));
  return result;
}

TEST(NumberedPage, TakesRecordsAndPage) {
  EXPECT_EQ(*numbered_page(request("")), (Page{0, 10}));
  EXPECT_EQ(*numbered_page(request("num_records=3")), (Page{0, 3}));
  EXPECT_EQ(*numbered_page(request("page=2")), (Page{20, 10}));
  EXPECT_EQ(*numbered_page(request("num_records=10000&page=7")), (Page{70000, 10000}));
}

TEST(NumberedPage, FarBeyondTheEndIsFarBeyondTheEnd) {
  for (const char* query :
       {"page=18446744073709551615", "page=99999999999999999999999", "page=4503599627370496"}) {
    const auto page = numbered_page(request(query));
    ASSERT_TRUE(page) << query;
    EXPECT_GT(page->skip, std::uint64_t{1} << 51) << query;
    EXPECT_LE(page->skip, std::uint64_t{1} << 52) << query;
  }
}

TEST(NumberedPage, RefusesNonsense) {
  for (const char* query :
       {"num_records=x", "num_records=", "num_records=-1", "num_records=1.5", "num_records=+1",
        "num_records=1x", "num_records=%201", "page=x", "page=-1", "page="}) {
    const auto page = numbered_page(request(query));
    ASSERT_FALSE(page) << query;
    EXPECT_EQ(page.error().status, 400);
    EXPECT_EQ(page.error().code, 110);
  }
  for (const char* query : {"num_records=0", "num_records=10001", "num_records=99999999999999999999999"}) {
    const auto page = numbered_page(request(query));
    ASSERT_FALSE(page) << query;
    EXPECT_EQ(page.error().status, 400);
    EXPECT_EQ(page.error().code, 122);
  }
}

TEST(NumberedPage, MayBeOptional) {
  EXPECT_EQ(*numbered_page_if_given(request("type=x")), std::nullopt);
  EXPECT_EQ(*numbered_page_if_given(request("page=1")), (Page{10, 10}));
  EXPECT_EQ(*numbered_page_if_given(request("num_records=5")), (Page{0, 5}));
  EXPECT_FALSE(numbered_page_if_given(request("num_records=0")));
}

TEST(OffsetPage, TakesLimitAndOffset) {
  EXPECT_EQ(*offset_page(request("")), (Page{0, 100}));
  EXPECT_EQ(*offset_page(request("limit=5&offset=7")), (Page{7, 5}));
  EXPECT_FALSE(offset_page(request("limit=0")));
  EXPECT_FALSE(offset_page(request("offset=x")));
  EXPECT_EQ(offset_page(request("offset=99999999999999999999999"))->skip, std::uint64_t{1} << 52);
}

}  // namespace
}  // namespace aesel::catalog
