// The contract of DocumentStore. "things" has two indexed members; "others" has none.
#include "storage/contract_tests/document_store_contract.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include "storage/contract_tests/run.hpp"
#include "storage/error.hpp"

namespace aesel::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Kind = Write::Kind;

Write make(Kind kind, std::string key, std::string body = "{}", std::string state = "") {
  return {kind, "things", {std::move(key), std::move(body), std::move(state)}};
}
Write insert(std::string key, std::string body = "{}", std::string state = "") {
  return make(Kind::kInsert, std::move(key), std::move(body), std::move(state));
}
Write put(std::string key, std::string body = "{}", std::string state = "") {
  return make(Kind::kPut, std::move(key), std::move(body), std::move(state));
}
Write replace(std::string key, std::string body) {
  return make(Kind::kReplace, std::move(key), std::move(body));
}
Write set_state(std::string key, std::string state) {
  return make(Kind::kSetState, std::move(key), "", std::move(state));
}
Write erase(std::string key) {
  return make(Kind::kErase, std::move(key), "");
}

Query equals(std::string member, std::string text) {
  Query query;
  query.equals.emplace_back(std::move(member), std::move(text));
  return query;
}
Query contains(std::string member, std::string text) {
  Query query;
  query.contains.emplace_back(std::move(member), std::move(text));
  return query;
}

Query one_of(std::string member, std::vector<std::string> texts) {
  Query query;
  query.one_of.emplace_back(std::move(member), std::move(texts));
  return query;
}
Query with_keys(std::vector<std::string> keys) {
  Query query;
  query.keys = std::move(keys);
  return query;
}

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text.push_back(static_cast<char>(value));
  return text;
}

}  // namespace

void DocumentStoreContract::SetUp() {
  reopen();
}

void DocumentStoreContract::reopen() {
  store_.reset();
  store_ = GetParam().open(directory_.path());
  ASSERT_TRUE(store_);
  const Collection things{"things", {"name", "scene"}};
  const Collection others{"others", {}};
  ASSERT_TRUE(store_->open_collection(things).has_value());
  ASSERT_TRUE(store_->open_collection(others).has_value());
}

error_code DocumentStoreContract::write(std::vector<Write> writes) {
  const Result<void> done = run(store_->write(std::move(writes)));
  return done ? error_code{} : done.error();
}

error_code DocumentStoreContract::write(Write one) {
  std::vector<Write> writes;
  writes.push_back(std::move(one));
  return write(std::move(writes));
}

std::vector<std::string> DocumentStoreContract::keys(Query query, std::string collection) {
  const auto found = run(store_->find(std::move(collection), std::move(query)));
  if (!found) return {"error: " + found.error().message()};
  std::vector<std::string> names;
  for (const Document& document : *found) names.push_back(document.key);
  return names;
}

Document DocumentStoreContract::get(const std::string& key, const std::string& collection) {
  auto found = run(store_->get(collection, key));
  return found ? std::move(*found) : Document{};
}

error_code DocumentStoreContract::get_error(const std::string& key, const std::string& collection) {
  const auto found = run(store_->get(collection, key));
  return found ? error_code{} : found.error();
}

TEST_P(DocumentStoreContract, GivesBackWhatWasInserted) {
  const std::string body = R"({"name":"ball","scene":"s","list":[1,2.5,null,true]})";
  ASSERT_FALSE(write(insert("a", body, bytes({0, 1, 255, 0}))));
  const Document expected{"a", body, bytes({0, 1, 255, 0})};
  EXPECT_EQ(get("a"), expected);
}

TEST_P(DocumentStoreContract, MissingKeyIsNotFound) {
  EXPECT_EQ(get_error("nobody"), Errc::kNotFound);
}

TEST_P(DocumentStoreContract, InsertOfAKnownKeyFailsAndChangesNothing) {
  ASSERT_FALSE(write(insert("a", R"({"v":1})", "one")));
  EXPECT_EQ(write(insert("a", R"({"v":2})", "two")), Errc::kExists);
  const Document expected{"a", R"({"v":1})", "one"};
  EXPECT_EQ(get("a"), expected);
}

TEST_P(DocumentStoreContract, PutCreatesAndOverwritesBodyAndState) {
  ASSERT_FALSE(write(put("a", R"({"v":1})", "one")));
  ASSERT_FALSE(write(put("b")));
  ASSERT_FALSE(write(put("a", R"({"v":2})")));
  const Document expected{"a", R"({"v":2})", ""};
  EXPECT_EQ(get("a"), expected);
  EXPECT_THAT(keys(), ElementsAre("a", "b")) << "creation order is kept";
}

TEST_P(DocumentStoreContract, ReplaceKeepsTheState) {
  ASSERT_FALSE(write(insert("a", R"({"v":1})", "state")));
  ASSERT_FALSE(write(replace("a", R"({"v":2})")));
  const Document expected{"a", R"({"v":2})", "state"};
  EXPECT_EQ(get("a"), expected);
}

TEST_P(DocumentStoreContract, ReplaceOfAnUnknownKeyIsNotFound) {
  EXPECT_EQ(write(replace("a", "{}")), Errc::kNotFound);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_P(DocumentStoreContract, SetStateKeepsTheBody) {
  ASSERT_FALSE(write(insert("a", R"({"name":"n"})")));
  ASSERT_FALSE(write(set_state("a", "first")));
  ASSERT_FALSE(write(set_state("a", "second")));
  const Document expected{"a", R"({"name":"n"})", "second"};
  EXPECT_EQ(get("a"), expected);
  ASSERT_FALSE(write(set_state("a", "")));
  EXPECT_EQ(get("a").state, "");
}

TEST_P(DocumentStoreContract, SetStateOfAnUnknownKeyIsNothing) {
  EXPECT_FALSE(write(set_state("a", "state")));
  EXPECT_EQ(get_error("a"), Errc::kNotFound);
  ASSERT_FALSE(write(insert("a")));
  EXPECT_EQ(get("a").state, "") << "the state did not wait for its document";
}

TEST_P(DocumentStoreContract, EraseRemovesBodyAndState) {
  ASSERT_FALSE(write(insert("a", R"({"name":"n"})", "state")));
  ASSERT_FALSE(write(erase("a")));
  EXPECT_FALSE(write(erase("a"))) << "a second time is nothing";
  EXPECT_EQ(get_error("a"), Errc::kNotFound);
  EXPECT_THAT(keys(equals("name", "n")), IsEmpty());
  ASSERT_FALSE(write(insert("a")));
  EXPECT_EQ(get("a").state, "");
}

TEST_P(DocumentStoreContract, ABatchIsAppliedInOrder) {
  std::vector<Write> batch{insert("a", R"({"v":1})", "s1"),
                           replace("a", R"({"v":2})"),
                           set_state("a", "s2"),
                           insert("b"),
                           erase("b"),
                           insert("c")};
  ASSERT_FALSE(write(std::move(batch)));
  const Document expected{"a", R"({"v":2})", "s2"};
  EXPECT_EQ(get("a"), expected);
  EXPECT_THAT(keys(), ElementsAre("a", "c"));
}

TEST_P(DocumentStoreContract, ABatchThatFailsLeavesEverythingAsItWas) {
  ASSERT_FALSE(write(insert("a", R"({"name":"old"})", "old")));
  ASSERT_FALSE(write(insert("b", R"({"name":"b"})", "b")));
  ASSERT_FALSE(write(insert("z")));
  const std::vector<Write> good{put("a", R"({"name":"new"})", "new"), erase("b"), insert("c"),
                                set_state("z", "new")};
  for (const Write& bad : {insert("z"), replace("nobody", "{}"), insert("x", "not json"), insert("")}) {
    std::vector<Write> batch = good;
    batch.push_back(bad);
    EXPECT_TRUE(write(std::move(batch)));
    EXPECT_EQ(get("a").body, R"({"name":"old"})");
    EXPECT_EQ(get("a").state, "old");
    EXPECT_EQ(get("b").state, "b");
    EXPECT_EQ(get("z").state, "");
    EXPECT_THAT(keys(), ElementsAre("a", "b", "z"));
    EXPECT_THAT(keys(equals("name", "new")), IsEmpty());
    EXPECT_THAT(keys(equals("name", "b")), ElementsAre("b"));
  }
}

TEST_P(DocumentStoreContract, ABatchMaySpanCollections) {
  Write other = insert("a", R"({"other":true})");
  other.collection = "others";
  std::vector<Write> batch{insert("a"), other};
  ASSERT_FALSE(write(batch));
  EXPECT_EQ(get("a", "others").body, R"({"other":true})");
  std::vector<Write> bad{erase("a"), other};
  EXPECT_EQ(write(std::move(bad)), Errc::kExists);
  EXPECT_FALSE(get_error("a"));
}

TEST_P(DocumentStoreContract, AnEmptyBatchSucceeds) {
  EXPECT_FALSE(write(std::vector<Write>{}));
}

TEST_P(DocumentStoreContract, FindsInCreationOrderOrByKey) {
  for (const char* key : {"m", "z", "a", "Z", "\xC3\xA9"}) ASSERT_FALSE(write(insert(key)));
  ASSERT_FALSE(write(put("z", R"({"again":true})")));
  EXPECT_THAT(keys(), ElementsAre("m", "z", "a", "Z", "\xC3\xA9"));
  Query query;
  query.order = Order::kKey;
  EXPECT_THAT(keys(query), ElementsAre("Z", "a", "m", "z", "\xC3\xA9")) << "by bytes";
}

TEST_P(DocumentStoreContract, ANewDocumentComesLastEvenAfterAnErase) {
  for (const char* key : {"a", "b", "c"}) ASSERT_FALSE(write(insert(key)));
  ASSERT_FALSE(write(erase("c")));
  ASSERT_FALSE(write(erase("a")));
  ASSERT_FALSE(write(insert("a")));
  EXPECT_THAT(keys(), ElementsAre("b", "a"));
}

TEST_P(DocumentStoreContract, SkipAndLimitCutThePage) {
  for (const char* key : {"e", "d", "c", "b", "a"}) ASSERT_FALSE(write(insert(key, R"({"name":"n"})")));
  for (Query query : {Query{}, equals("name", "n")}) {
    query.skip = 1;
    query.limit = 2;
    EXPECT_THAT(keys(query), ElementsAre("d", "c"));
    query.order = Order::kKey;
    EXPECT_THAT(keys(query), ElementsAre("b", "c"));
    query.skip = 4;
    EXPECT_THAT(keys(query), ElementsAre("e"));
    query.skip = 5;
    EXPECT_THAT(keys(query), IsEmpty());
    query.skip = UINT64_MAX;
    EXPECT_THAT(keys(query), IsEmpty());
    query.skip = 0;
    query.limit = 0;
    EXPECT_THAT(keys(query), IsEmpty());
    query.limit = UINT64_MAX;
    EXPECT_EQ(keys(query).size(), 5U);
  }
}

TEST_P(DocumentStoreContract, EqualsMatchesTextOnly) {
  ASSERT_FALSE(write(insert("text", R"({"name":"5","free":"5"})")));
  ASSERT_FALSE(write(insert("number", R"({"name":5,"free":5})")));
  ASSERT_FALSE(write(insert("list", R"({"name":["5"],"free":["5"]})")));
  ASSERT_FALSE(write(insert("null", R"({"name":null,"free":null})")));
  ASSERT_FALSE(write(insert("absent")));
  for (const char* member : {"name", "free"}) {
    EXPECT_THAT(keys(equals(member, "5")), ElementsAre("text")) << member;
    EXPECT_THAT(keys(equals(member, R"(["5"])")), IsEmpty()) << member;
    EXPECT_THAT(keys(equals(member, "")), IsEmpty()) << member;
    EXPECT_THAT(keys(equals(member, "null")), IsEmpty()) << member;
  }
}

TEST_P(DocumentStoreContract, ConditionsAreAConjunction) {
  ASSERT_FALSE(write(insert("a", R"({"name":"n","scene":"s","kind":"k","tags":["x","y"]})")));
  ASSERT_FALSE(write(insert("b", R"({"name":"n","scene":"t","kind":"k","tags":["x"]})")));
  ASSERT_FALSE(write(insert("c", R"({"name":"n","scene":"s","kind":"l","tags":["y"]})")));
  Query query = equals("name", "n");
  EXPECT_THAT(keys(query), ElementsAre("a", "b", "c"));
  query.equals.emplace_back("scene", "s");
  EXPECT_THAT(keys(query), ElementsAre("a", "c"));
  query.contains.emplace_back("tags", "y");
  EXPECT_THAT(keys(query), ElementsAre("a", "c"));
  query.contains.emplace_back("tags", "x");
  EXPECT_THAT(keys(query), ElementsAre("a"));
  query.equals.emplace_back("kind", "l");
  EXPECT_THAT(keys(query), IsEmpty());
}

TEST_P(DocumentStoreContract, ContainsMatchesTextElementsOfLists) {
  ASSERT_FALSE(write(insert("list", R"({"tags":["a","5",""]})")));
  ASSERT_FALSE(write(insert("numbers", R"({"tags":[5,["a"],{"a":"a"},null]})")));
  ASSERT_FALSE(write(insert("text", R"({"tags":"a"})")));
  ASSERT_FALSE(write(insert("object", R"({"tags":{"x":"a"}})")));
  ASSERT_FALSE(write(insert("empty", R"({"tags":[]})")));
  EXPECT_THAT(keys(contains("tags", "a")), ElementsAre("list"));
  EXPECT_THAT(keys(contains("tags", "5")), ElementsAre("list"));
  EXPECT_THAT(keys(contains("tags", "")), ElementsAre("list"));
  EXPECT_THAT(keys(contains("tags", "b")), IsEmpty());
}

TEST_P(DocumentStoreContract, OneOfMatchesAnyOfTheTexts) {
  ASSERT_FALSE(write(insert("a", R"({"name":"one","free":"one"})")));
  ASSERT_FALSE(write(insert("b", R"({"name":"two","free":"two"})")));
  ASSERT_FALSE(write(insert("c", R"({"name":"three","free":"three"})")));
  ASSERT_FALSE(write(insert("d", R"({"name":"one","free":"one"})")));
  ASSERT_FALSE(write(insert("number", R"({"name":1,"free":1})")));
  ASSERT_FALSE(write(insert("list", R"({"name":["one"],"free":["one"]})")));
  ASSERT_FALSE(write(insert("null", R"({"name":null,"free":null})")));
  ASSERT_FALSE(write(insert("absent")));
  for (const char* member : {"name", "free"}) {
    EXPECT_THAT(keys(one_of(member, {"one", "two"})), ElementsAre("a", "b", "d")) << member;
    EXPECT_THAT(keys(one_of(member, {"two", "one", "two", "one"})), ElementsAre("a", "b", "d")) << member;
    EXPECT_THAT(keys(one_of(member, {"three"})), ElementsAre("c")) << member;
    EXPECT_THAT(keys(one_of(member, {})), IsEmpty()) << member;
    EXPECT_THAT(keys(one_of(member, {"1", "null", "", R"(["one"])", "On", "one "})), IsEmpty()) << member;
  }
}

TEST_P(DocumentStoreContract, OneOfFollowsTheBody) {
  ASSERT_FALSE(write(insert("a", R"({"name":"one"})")));
  ASSERT_FALSE(write(replace("a", R"({"name":"two"})")));
  EXPECT_THAT(keys(one_of("name", {"one", "zero"})), IsEmpty());
  EXPECT_THAT(keys(one_of("name", {"two", "zero"})), ElementsAre("a"));
  ASSERT_FALSE(write(erase("a")));
  EXPECT_THAT(keys(one_of("name", {"two", "zero"})), IsEmpty());
}

TEST_P(DocumentStoreContract, KeysChooseDocumentsOnce) {
  for (const char* key : {"c", "b", "a"}) ASSERT_FALSE(write(insert(key)));
  EXPECT_THAT(keys(with_keys({"a", "c"})), ElementsAre("c", "a"));
  EXPECT_THAT(keys(with_keys({"a", "a", "nobody", "c", "a", ""})), ElementsAre("c", "a"));
  EXPECT_THAT(keys(with_keys({})), IsEmpty());
  EXPECT_THAT(keys(with_keys({"nobody"})), IsEmpty());
  Query query = with_keys({"c", "b", "a"});
  query.order = Order::kKey;
  EXPECT_THAT(keys(query), ElementsAre("a", "b", "c"));
  query.skip = 1;
  query.limit = 1;
  EXPECT_THAT(keys(query), ElementsAre("b"));
}

TEST_P(DocumentStoreContract, ListsOfConditionsCombineWithTheOthers) {
  ASSERT_FALSE(write(insert("a", R"({"name":"n","scene":"s","kind":"k","tags":["x","y"]})")));
  ASSERT_FALSE(write(insert("b", R"({"name":"n","scene":"t","kind":"k","tags":["x"]})")));
  ASSERT_FALSE(write(insert("c", R"({"name":"n","scene":"u","kind":"l","tags":["y"]})")));
  ASSERT_FALSE(write(insert("d", R"({"name":"m","scene":"s","kind":"l","tags":["y"]})")));
  Query query = one_of("scene", {"s", "t"});
  EXPECT_THAT(keys(query), ElementsAre("a", "b", "d"));
  query.equals.emplace_back("name", "n");
  EXPECT_THAT(keys(query), ElementsAre("a", "b"));
  query.contains.emplace_back("tags", "y");
  EXPECT_THAT(keys(query), ElementsAre("a"));
  query.contains.clear();
  query.keys = std::vector<std::string>{"d", "b", "c"};
  EXPECT_THAT(keys(query), ElementsAre("b"));
  query.equals.clear();
  EXPECT_THAT(keys(query), ElementsAre("b", "d"));
  query.one_of.emplace_back("kind", std::vector<std::string>{"l", "x"});
  EXPECT_THAT(keys(query), ElementsAre("d"));
  query.one_of.emplace_back("free", std::vector<std::string>{"x"});
  EXPECT_THAT(keys(query), IsEmpty());
}

TEST_P(DocumentStoreContract, ListsOfConditionsArePagedAndOrdered) {
  for (const char* key : {"e", "d", "c", "b", "a"}) {
    const std::string name = key < std::string("c") ? "n" : "m";
    ASSERT_FALSE(write(insert(key, R"({"name":")" + name + R"(","scene":"s"})")));
  }
  Query query = one_of("name", {"n", "m"});
  query.equals.emplace_back("scene", "s");
  query.skip = 1;
  query.limit = 3;
  EXPECT_THAT(keys(query), ElementsAre("d", "c", "b"));
  query.order = Order::kKey;
  EXPECT_THAT(keys(query), ElementsAre("b", "c", "d"));
  query.equals.clear();
  EXPECT_THAT(keys(query), ElementsAre("b", "c", "d"));
  query.order = Order::kCreation;
  EXPECT_THAT(keys(query), ElementsAre("d", "c", "b"));
  query.keys = std::vector<std::string>{"a", "b", "e"};
  EXPECT_THAT(keys(query), ElementsAre("b", "a"));
}

TEST_P(DocumentStoreContract, OneOfKeepsTheOrderWhateverTheNumberOfTexts) {
  std::vector<std::string> all;
  for (int i = 0; i < 40; ++i) {
    const std::string key = std::to_string(i * 17 % 40);
    const std::string name = std::to_string(i % 12);
    all.push_back(key);
    ASSERT_FALSE(write(insert(key, R"({"name":")" + name + R"(","free":")" + name + R"("})")));
  }
  std::vector<std::string> texts;
  for (int number = 0; number < 12; ++number) {
    texts.push_back(std::to_string(number));
    std::vector<std::string> expected;
    for (int i = 0; i < 40; ++i) {
      if (i % 12 <= number) expected.push_back(all[static_cast<std::size_t>(i)]);
    }
    EXPECT_EQ(keys(one_of("name", texts)), expected);
    EXPECT_EQ(keys(one_of("free", texts)), expected);
    Query page = one_of("name", texts);
    page.skip = 2;
    page.limit = 1;
    EXPECT_THAT(keys(page), ElementsAre(expected[2]));
    page = one_of("name", texts);
    page.one_of.emplace_back("free", texts);
    EXPECT_EQ(keys(page), expected);
  }
}

TEST_P(DocumentStoreContract, ListsMayBeLongAndHoldAnyBytes) {
  ASSERT_FALSE(write(insert("a", R"({"name":"n"})")));
  ASSERT_FALSE(write(insert("b", R"({"name":"m"})")));
  std::vector<std::string> texts;
  for (int i = 0; i < 50'000; ++i) texts.push_back("t" + std::to_string(i));
  texts.push_back(bytes({0}));
  texts.push_back(bytes({'a', 0, 'b'}));
  texts.push_back(bytes({0xC3, 0x28, 0xFF}));
  for (int value = 1; value < 256; ++value) texts.push_back(bytes({value, value}));
  EXPECT_THAT(keys(one_of("name", texts)), IsEmpty());
  EXPECT_THAT(keys(with_keys(texts)), IsEmpty());
  texts.push_back("n");
  texts.push_back("b");
  EXPECT_THAT(keys(one_of("name", texts)), ElementsAre("a"));
  EXPECT_THAT(keys(with_keys(texts)), ElementsAre("b"));
}

TEST_P(DocumentStoreContract, TextIsAnyText) {
  // JSON text -> what it means. One of them is also the key.
  const std::vector<std::pair<std::string, std::string>> texts{
      {R"("")", ""},
      {R"("it's")", "it's"},
      {R"("a \"b\" \\ c")", R"(a "b" \ c)"},
      {R"("'); DROP TABLE document_things; --")", "'); DROP TABLE document_things; --"},
      {R"("\u00e9\n\t")", "\xC3\xA9\n\t"},
      {"\"\xF0\x9F\x92\x83 \xE4\xB8\xAD\"", "\xF0\x9F\x92\x83 \xE4\xB8\xAD"},
      {R"("%_*?")", "%_*?"},
      {R"("$.name")", "$.name"},
  };
  for (const auto& [quoted, text] : texts) {
    const std::string body = R"({"name":)" + quoted + R"(,"free":)" + quoted + R"(,"tags":[)" + quoted + "]}";
    ASSERT_FALSE(write(insert("key " + text, body))) << quoted;
    EXPECT_EQ(get("key " + text).body, body);
  }
  for (const auto& [quoted, text] : texts) {
    EXPECT_THAT(keys(equals("name", text)), ElementsAre("key " + text));
    EXPECT_THAT(keys(equals("free", text)), ElementsAre("key " + text));
    EXPECT_THAT(keys(contains("tags", text)), ElementsAre("key " + text));
    EXPECT_THAT(keys(one_of("name", {"x", text})), ElementsAre("key " + text));
    EXPECT_THAT(keys(one_of("free", {text, "x"})), ElementsAre("key " + text));
    EXPECT_THAT(keys(with_keys({"key " + text, "key"})), ElementsAre("key " + text));
  }
  EXPECT_EQ(keys(one_of("name",
                        [&] {
                          std::vector<std::string> all;
                          for (const auto& [quoted, text] : texts) all.push_back(text);
                          return all;
                        }()))
                .size(),
            texts.size());
}

TEST_P(DocumentStoreContract, AnIndexFollowsTheBody) {
  ASSERT_FALSE(write(insert("a", R"({"name":"one"})")));
  ASSERT_FALSE(write(replace("a", R"({"name":"two"})")));
  EXPECT_THAT(keys(equals("name", "one")), IsEmpty());
  EXPECT_THAT(keys(equals("name", "two")), ElementsAre("a"));
  ASSERT_FALSE(write(put("a", R"({"name":"three"})")));
  EXPECT_THAT(keys(equals("name", "two")), IsEmpty());
  EXPECT_THAT(keys(equals("name", "three")), ElementsAre("a"));
  ASSERT_FALSE(write(set_state("a", "state")));
  EXPECT_THAT(keys(equals("name", "three")), ElementsAre("a"));
}

TEST_P(DocumentStoreContract, AnIndexCanBeAddedLater) {
  ASSERT_FALSE(write(insert("a", R"({"late":"x"})")));
  const Collection more{"things", {"name", "late"}};
  ASSERT_TRUE(store_->open_collection(more).has_value());
  EXPECT_THAT(keys(equals("late", "x")), ElementsAre("a"));
  ASSERT_FALSE(write(insert("b", R"({"late":"x"})")));
  EXPECT_THAT(keys(equals("late", "x")), ElementsAre("a", "b"));
}

TEST_P(DocumentStoreContract, FoundDocumentsAreComplete) {
  ASSERT_FALSE(write(insert("a", R"({"name":"n"})", bytes({0, 128}))));
  const auto found = run(store_->find("things", equals("name", "n")));
  const Document expected{"a", R"({"name":"n"})", bytes({0, 128})};
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(*found, ElementsAre(expected));
}

TEST_P(DocumentStoreContract, CountsWhatIsThere) {
  EXPECT_EQ(run(store_->count("things", Query{})).value(), 0U);
  for (const char* key : {"a", "b", "c"}) ASSERT_FALSE(write(insert(key)));
  ASSERT_FALSE(write(erase("b")));
  EXPECT_EQ(run(store_->count("things", Query{})).value(), 2U);
  EXPECT_EQ(run(store_->count("others", Query{})).value(), 0U);
}

TEST_P(DocumentStoreContract, CountsWhatMatches) {
  ASSERT_FALSE(write(insert("a", R"({"name":"n","free":"x"})")));
  ASSERT_FALSE(write(insert("b", R"({"name":"n","free":"y"})")));
  ASSERT_FALSE(write(insert("c", R"({"name":"m","free":"y"})")));
  const auto count = [&](Query query) { return run(store_->count("things", std::move(query))).value(); };
  EXPECT_EQ(count(equals("name", "n")), 2U);
  EXPECT_EQ(count(equals("free", "y")), 2U);
  EXPECT_EQ(count(one_of("name", {"n", "m", "n"})), 3U);
  EXPECT_EQ(count(one_of("name", {})), 0U);
  EXPECT_EQ(count(with_keys({"a", "a", "z"})), 1U);
  Query query = equals("name", "n");
  query.one_of.emplace_back("free", std::vector<std::string>{"y"});
  EXPECT_EQ(count(query), 1U);
  Query page = equals("name", "n");
  page.skip = 1;
  page.limit = 0;
  page.order = Order::kKey;
  EXPECT_EQ(count(page), 2U) << "of all, not of a page";
}

TEST_P(DocumentStoreContract, ScanVisitsInCreationOrderAndStopsWhenTold) {
  ASSERT_FALSE(write(insert("b", R"({"v":1})", "one")));
  ASSERT_FALSE(write(insert("a", R"({"v":2})")));
  ASSERT_FALSE(write(insert("c")));
  std::vector<std::string> seen;
  const auto all = [&](const DocumentStore::DocumentView& view) {
    seen.push_back(std::string(view.key) + std::string(view.body) + std::string(view.state));
    return true;
  };
  ASSERT_TRUE(store_->scan("things", all).has_value());
  EXPECT_THAT(seen, ElementsAre(R"(b{"v":1}one)", R"(a{"v":2})", "c{}"));
  int visits = 0;
  const auto two = [&](const DocumentStore::DocumentView&) { return ++visits < 2; };
  ASSERT_TRUE(store_->scan("things", two).has_value());
  EXPECT_EQ(visits, 2);
}

TEST_P(DocumentStoreContract, WhatIsImpossibleIsInvalid) {
  for (const char* name : {"", "Things", "a b", "x; DROP TABLE scenes", "a1", "caf\xC3\xA9"}) {
    const Collection collection{name, {}};
    EXPECT_EQ(store_->open_collection(collection).error(), Errc::kInvalid) << name;
  }
  for (const char* member : {"", "a-b", "1a", "a.b", "a'b", "a b"}) {
    const Collection collection{"fine", {member}};
    EXPECT_EQ(store_->open_collection(collection).error(), Errc::kInvalid) << member;
    EXPECT_EQ(run(store_->find("things", equals(member, "x"))).error(), Errc::kInvalid) << member;
    EXPECT_EQ(run(store_->find("things", contains(member, "x"))).error(), Errc::kInvalid) << member;
    EXPECT_EQ(run(store_->find("things", one_of(member, {}))).error(), Errc::kInvalid) << member;
    EXPECT_EQ(run(store_->count("things", equals(member, "x"))).error(), Errc::kInvalid) << member;
  }
  for (const char* body : {"", "{", "[]", "5", "\"text\"", "null", "{} {}"}) {
    EXPECT_EQ(write(insert("a", body)), Errc::kInvalid) << body;
    EXPECT_EQ(write(put("a", body)), Errc::kInvalid) << body;
  }
  EXPECT_EQ(write(insert("")), Errc::kInvalid);
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_P(DocumentStoreContract, ACollectionThatWasNotOpenedIsInvalid) {
  Write write_there = insert("a");
  write_there.collection = "unopened";
  EXPECT_EQ(write(write_there), Errc::kInvalid);
  EXPECT_EQ(get_error("a", "unopened"), Errc::kInvalid);
  EXPECT_EQ(run(store_->find("unopened", Query{})).error(), Errc::kInvalid);
  EXPECT_EQ(run(store_->count("unopened", Query{})).error(), Errc::kInvalid);
  const auto visit = [](const DocumentStore::DocumentView&) { return true; };
  EXPECT_EQ(store_->scan("unopened", visit).error(), Errc::kInvalid);
}

TEST_P(DocumentStoreContract, OfManyInsertsOfOneKeyExactlyOneWins) {
  std::vector<Task<Result<void>>> tasks;
  for (int i = 0; i < 64; ++i) {
    std::vector<Write> writes{insert("contested", R"({"by":)" + std::to_string(i) + "}")};
    tasks.push_back(store_->write(std::move(writes)));
  }
  const std::vector<Result<void>> results = run_all(std::move(tasks));
  std::vector<int> winners;
  for (int i = 0; i < 64; ++i) {
    const Result<void>& result = results[static_cast<std::size_t>(i)];
    if (result) {
      winners.push_back(i);
    } else {
      EXPECT_EQ(result.error(), Errc::kExists);
    }
  }
  ASSERT_EQ(winners.size(), 1U);
  EXPECT_EQ(get("contested").body, R"({"by":)" + std::to_string(winners.front()) + "}");
}

TEST_P(DocumentStoreContract, ManyConcurrentWritesAllLandAndBadOnesFailAlone) {
  constexpr int kWriters = 600;
  std::vector<Task<Result<void>>> tasks;
  for (int i = 0; i < kWriters; ++i) {
    std::vector<Write> writes{insert("k" + std::to_string(i), R"({"name":"n"})", "s")};
    if (i % 3 == 1) writes.push_back(insert("k0"));  // fails half-way: is there already
    if (i % 3 == 2) writes.push_back(insert("l" + std::to_string(i)));
    tasks.push_back(store_->write(std::move(writes)));
  }
  const std::vector<Result<void>> results = run_all(std::move(tasks));
  std::set<std::string> expected;
  for (int i = 0; i < kWriters; ++i) {
    EXPECT_EQ(results[static_cast<std::size_t>(i)].has_value(), i % 3 != 1) << i;
    if (i % 3 != 1) expected.insert("k" + std::to_string(i));
    if (i % 3 == 2) expected.insert("l" + std::to_string(i));
  }
  const std::vector<std::string> found = keys();
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), expected);
  EXPECT_EQ(found.size(), expected.size());
}

namespace {

Task<Result<std::uint64_t>> write_and_read_back(DocumentStore& store, int writer) {
  std::uint64_t seen = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string key = std::to_string(writer) + "." + std::to_string(i);
    std::vector<Write> writes{insert(key, R"({"name":"w)" + std::to_string(writer) + R"("})", "s")};
    const Result<void> written = co_await store.write(std::move(writes));
    if (!written) co_return written.error();
    const Result<Document> read = co_await store.get("things", key);
    if (!read) co_return read.error();
    Query query = equals("name", "w" + std::to_string(writer));
    const Result<std::vector<Document>> found = co_await store.find("things", std::move(query));
    if (!found) co_return found.error();
    if (found->size() == static_cast<std::size_t>(i) + 1) ++seen;
  }
  co_return seen;
}

}  // namespace

TEST_P(DocumentStoreContract, AConfirmedWriteIsSeenByTheNextRead) {
  std::vector<Task<Result<std::uint64_t>>> tasks;
  for (int writer = 0; writer < 16; ++writer) tasks.push_back(write_and_read_back(*store_, writer));
  for (const Result<std::uint64_t>& seen : run_all(std::move(tasks))) EXPECT_EQ(seen.value(), 20U);
}

TEST_P(DocumentStoreContract, CheckSucceeds) {
  EXPECT_TRUE(run(store_->check()).has_value());
}

TEST_P(DocumentStoreContract, ReopeningFindsEverythingThatIsDurable) {
  ASSERT_FALSE(write(insert("b", R"({"name":"n"})", bytes({0, 7}))));
  ASSERT_FALSE(write(insert("a")));
  ASSERT_FALSE(write(insert("gone")));
  ASSERT_FALSE(write(set_state("a", "moved")));
  ASSERT_FALSE(write(erase("gone")));
  reopen();
  if (!is_durable()) {
    EXPECT_THAT(keys(), IsEmpty());
    return;
  }
  EXPECT_THAT(keys(), ElementsAre("b", "a"));
  const Document expected{"b", R"({"name":"n"})", bytes({0, 7})};
  EXPECT_EQ(get("b"), expected);
  EXPECT_EQ(get("a").state, "moved");
  EXPECT_THAT(keys(equals("name", "n")), ElementsAre("b"));
  ASSERT_FALSE(write(insert("c")));
  EXPECT_THAT(keys(), ElementsAre("b", "a", "c"));
}

}  // namespace aesel::storage::testing
