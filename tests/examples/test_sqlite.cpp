// The example plugin sqlite: what goes into a database comes out again, mistakes are SQLite's own words.
#include <filesystem>
#include <thread>

#include <unistd.h>

#include <doctest/doctest.h>

#include <rtffi/test_kit.hpp>

using rt::Handle;
using rt::test::failure_of;
using rt::test::Plugin;

namespace {

struct Sqlite {
    Plugin plugin{RTFFI_EXAMPLE_SQLITE};
    Handle database = rt::call<Handle>("sqlite_open");

    std::int64_t execute(const char *sql) const { return rt::call<std::int64_t>("sqlite_execute", database, sql); }
    Handle prepare(const char *sql) const { return rt::call<Handle>("sqlite_prepare", database, sql); }
};

bool step(const Handle &statement) { return rt::call<bool>("sqlite_step", statement); }
std::string text(const Handle &row, int column) { return rt::call<std::string>("sqlite_text", row, column); }

} // namespace

TEST_CASE_FIXTURE(Sqlite, "rows are written and read") {
    CHECK(execute("create table planets (name text, moons integer, mass real); "
                  "insert into planets values ('Mars', 2, 0.107), ('Venus', 0, 0.815), ('Wüste', null, null)") == 3);
    const Handle rows =
        prepare("select name, moons, mass from planets where moons >= ? or moons is null order by name");
    rt::call("sqlite_bind_i64", rows, 1, 1);
    CHECK(rt::call<std::int64_t>("sqlite_columns", rows) == 3);
    REQUIRE(step(rows));
    CHECK(text(rows, 0) == "Mars");
    CHECK(rt::call<std::int64_t>("sqlite_i64", rows, 1) == 2);
    CHECK(rt::call<double>("sqlite_f64", rows, 2) == 0.107);
    REQUIRE(step(rows));
    CHECK(text(rows, 0) == "Wüste");
    CHECK(rt::call<bool>("sqlite_is_none", rows, 1));
    CHECK(text(rows, 1) == "");
    CHECK_FALSE(step(rows));
    rt::call("sqlite_reset", rows);
    CHECK(step(rows)); // without a value, moons >= null holds of none: the one without moons is left
    CHECK(text(rows, 0) == "Wüste");
    CHECK_FALSE(step(rows));
}

TEST_CASE_FIXTURE(Sqlite, "values of each type come back as they went in") {
    const Handle echo = prepare("select ?1, ?2, ?3, ?4, ?5");
    const std::vector<std::byte> bytes = {std::byte{0}, std::byte{255}, std::byte{7}};
    rt::call("sqlite_bind_i64", echo, 1, INT64_MIN);
    rt::call("sqlite_bind_f64", echo, 2, -0.1);
    rt::call("sqlite_bind_text", echo, 3, "naïve; drop table");
    rt::call("sqlite_bind_bytes", echo, 4, bytes);
    rt::call("sqlite_bind_bytes", echo, 5, std::vector<std::byte>());
    REQUIRE(step(echo));
    CHECK(rt::call<std::int64_t>("sqlite_i64", echo, 0) == INT64_MIN);
    CHECK(rt::call<double>("sqlite_f64", echo, 1) == -0.1);
    CHECK(text(echo, 2) == "naïve; drop table");
    CHECK(rt::call<std::vector<std::byte>>("sqlite_bytes", echo, 3) == bytes);
    CHECK(rt::call<std::vector<std::byte>>("sqlite_bytes", echo, 4).empty());
    CHECK_FALSE(rt::call<bool>("sqlite_is_none", echo, 4));
    CHECK(failure_of([&] { text(echo, 3); }).cause == "nul");
}

TEST_CASE_FIXTURE(Sqlite, "SQLite's errors are the caller's, in its own words") {
    auto failure = failure_of([&] { execute("selec 1"); });
    CHECK(failure.code == RT_E_CALLEE);
    CHECK(failure.message == "sqlite_execute: near \"selec\": syntax error");
    execute("create table one (x integer primary key); insert into one values (1)");
    failure = failure_of([&] { execute("insert into one values (1)"); });
    CHECK(failure.cause == "constraint");
    CHECK(failure.message == "sqlite_execute: UNIQUE constraint failed: one.x");
    CHECK(failure_of([] { rt::call("sqlite_open", "/nowhere/at/all.db"); }).code == RT_E_NOT_FOUND);
    CHECK(failure_of([&] { prepare("select 1; select 2"); }).message.find("sqlite_execute takes several") !=
          std::string::npos);
    CHECK(failure_of([&] { prepare("  "); }).code == RT_E_ARGUMENT);
}

TEST_CASE_FIXTURE(Sqlite, "columns, parameters and rows that are not there are errors") {
    const Handle one = prepare("select 1");
    CHECK(failure_of([&] { text(one, 0); }).cause == "no_row");
    REQUIRE(step(one));
    CHECK(failure_of([&] { text(one, 1); }).message ==
          "sqlite_text: there is no column 1: the row has 1, and the first is 0");
    CHECK(failure_of([&] { text(one, -1); }).cause == "index");
    for (const std::int64_t index : {std::int64_t{0}, std::int64_t{2}, std::int64_t{1} << 32}) {
        const Handle two = prepare("select ?");
        const auto failure = failure_of([&] { rt::call("sqlite_bind_i64", two, index, 7); });
        CHECK((failure.code == RT_OK) == (index == 1));
        CHECK(failure.cause == "index");
    }
}

TEST_CASE_FIXTURE(Sqlite, "statements outlive the handle of their database, and nothing is left") {
    const rt::test::Leaks leaks;
    {
        auto other = rt::call<Handle>("sqlite_open");
        const auto statement = rt::call<Handle>("sqlite_prepare", other, "select 42");
        other.reset();
        REQUIRE(step(statement));
        CHECK(rt::call<std::int64_t>("sqlite_i64", statement, 0) == 42);
    }
    CHECK(leaks.found() == "");
}

TEST_CASE_FIXTURE(Sqlite, "a database in a file is there again when it is opened again") {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("rtffi-example-" + std::to_string(getpid()) + ".db");
    rt::call("sqlite_execute", rt::call<Handle>("sqlite_open", file.string()),
             "create table kept (x); insert into kept values (7)");
    const auto again = rt::call<Handle>("sqlite_open", file.string());
    const auto row = rt::call<Handle>("sqlite_prepare", again, "select x from kept");
    CHECK(step(row));
    CHECK(rt::call<std::int64_t>("sqlite_i64", row, 0) == 7);
    std::filesystem::remove(file);
}

TEST_CASE_FIXTURE(Sqlite, "threads may share a database and a statement") {
    execute("create table counted (x integer)");
    const Handle insert = prepare("insert into counted values (1)");
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&] {
            for (int round = 0; round < 100; round++) {
                step(insert);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    const Handle sum = prepare("select count(*) from counted");
    REQUIRE(step(sum));
    CHECK(rt::call<std::int64_t>("sqlite_i64", sum, 0) == 400);
}

TEST_CASE_FIXTURE(Sqlite, "whatever is wrong about a call is refused, and failed allocations are told") {
    const Handle row = prepare("select 'a text that is long enough to be allocated', x'00ff'");
    REQUIRE(step(row));
    CHECK(rt::test::mistreat(plugin, {{"SqliteDatabase", database.get()}, {"SqliteStatement", row.get()}}).text() ==
          "");
    CHECK(rt::test::fail_each_allocation([&] { prepare("select 1 + 1"); }).text() == "");
    CHECK(rt::test::fail_each_allocation([&] { text(row, 0); }).text() == "");
    CHECK(rt::test::fail_each_allocation([] { rt::call("sqlite_open"); }).text() == "");
}
