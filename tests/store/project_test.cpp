// SPDX-License-Identifier: Apache-2.0
#include "core/store/project.h"

#include "core/store/content_codec.h"
#include "core/store/sqlite.h"
#include "tests/store/store_testing.h"
#include "tests/support/fake_clock.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace veritune::test {
namespace {

using store::Database;
using store::OpenMode;
using store::Project;
using util::ErrorCode;

std::string database_path(const TempDir& temp) { return temp.file("project/project.sqlite"); }

/// Changes a closed database behind the program's back.
void tamper(const TempDir& temp, const std::string& sql) {
    const auto db = Database::open(database_path(temp), OpenMode::kWrite).value();
    ASSERT_TRUE(db->exec(sql)) << sql;
}

mode_t mode_of(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

struct FileState {
    off_t bytes = -1;
    std::int64_t changed_ns = 0;
    bool operator==(const FileState&) const = default;
};

/// Only stat: opening the file here would drop the locks that this process holds on it.
FileState state_of(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return {};
    return {info.st_size, info.st_mtim.tv_sec * 1'000'000'000LL + info.st_mtim.tv_nsec};
}

TEST(Project, CreateMakesAFolderOnlyTheOwnerCanRead) {
    const TempDir temp;
    const auto project = new_project(temp);
    for (const char* folder : {"", "/datasets", "/runs", "/reports"}) {
        EXPECT_EQ(mode_of(temp.file("project") + folder), 0700u) << folder;
    }
    for (const char* file : {"/project.sqlite", "/project.sqlite-wal", "/project.lock"}) {
        EXPECT_EQ(mode_of(temp.file("project") + file), 0600u) << file;
    }
}

TEST(Project, InfoSurvivesClosing) {
    const TempDir temp;
    FakeClock clock;
    auto project = Project::create(temp.file("project"), "B\xc3\xbcro", {.clock = &clock}).value();
    const store::ProjectInfo first = project->info();
    EXPECT_EQ(first.id.size(), 32u);
    EXPECT_EQ(first.created_us, clock.wall_us());
    EXPECT_TRUE(project->writable());
    ASSERT_TRUE(project->close());
    project.reset();
    const auto again = reader(temp);
    EXPECT_FALSE(again->writable());
    EXPECT_EQ(again->info().id, first.id);
    EXPECT_EQ(again->info().name, "B\xc3\xbcro");
    EXPECT_EQ(again->info().dir, first.dir);
    EXPECT_EQ(again->info().created_us, first.created_us);
    EXPECT_EQ(again->info().program_version, first.program_version);
}

TEST(Project, TwoProjectsHaveDifferentIds) {
    const TempDir temp;
    const auto a = Project::create(temp.file("a"), "same").value();
    const auto b = Project::create(temp.file("b"), "same").value();
    EXPECT_NE(a->info().id, b->info().id);
}

TEST(Project, CreateRefusesAFolderWithContent) {
    const TempDir temp;
    EXPECT_EQ(Project::create(temp.file("project"), "").error().code, ErrorCode::kInvalidArgument);
    new_project(temp);
    EXPECT_EQ(Project::create(temp.file("project"), "again").error().code,
              ErrorCode::kAlreadyExists);
    ASSERT_EQ(::mkdir(temp.file("photos").c_str(), 0700), 0);
    std::ofstream(temp.file("photos/cat.jpg")) << "cat";
    EXPECT_EQ(Project::create(temp.file("photos"), "mine").error().code, ErrorCode::kAlreadyExists);
}

TEST(Project, CreateStartsOverAfterAnInterruptedOne) {
    const TempDir temp;
    ASSERT_EQ(::mkdir(temp.file("project").c_str(), 0700), 0);
    std::ofstream(temp.file("project/.new-project.sqlite")) << "half a database";
    std::ofstream(temp.file("project/project.lock")) << "";
    EXPECT_TRUE(Project::create(temp.file("project"), "Test"));
}

TEST(Project, OpenTellsWhenThereIsNoProject) {
    const TempDir temp;
    for (const std::string& dir : {temp.file("missing"), temp.path()}) {
        EXPECT_EQ(Project::open_writer(dir).error().code, ErrorCode::kNotFound);
        EXPECT_EQ(Project::open_reader(dir).error().code, ErrorCode::kNotFound);
    }
}

TEST(Project, SecondWriterIsBusyAndLearnsWhoHoldsIt) {
    const TempDir temp;
    auto project = new_project(temp);
    const util::Error error = Project::open_writer(temp.file("project")).error();
    EXPECT_EQ(error.code, ErrorCode::kBusy);
    EXPECT_NE(error.message.find("process " + std::to_string(::getpid())), std::string::npos)
        << error.message;
    project.reset();
    EXPECT_TRUE(Project::open_writer(temp.file("project")));
}

TEST(Project, ReaderSeesWhatTheWriterCommitted) {
    const TempDir temp;
    const auto project = new_project(temp);
    const auto beside = reader(temp);
    EXPECT_TRUE(beside->reader().list_runs().value().empty());
    const std::int64_t run = new_run(*project);
    EXPECT_EQ(beside->reader().run(run).value().name, "first");
}

TEST(Project, ReaderNeverCheckpoints) {
    const TempDir temp;
    const auto project = new_project(temp);
    const std::int64_t run = new_run(*project);
    util::Rng rng(1, util::RngStream::kTest);
    ASSERT_TRUE(project->runs().record_step(run, random_step(rng, "vrl", 1, 8)));
    const FileState database = state_of(database_path(temp));
    const FileState wal = state_of(database_path(temp) + "-wal");
    ASSERT_GT(wal.bytes, 0);
    {
        const auto beside = reader(temp);
        EXPECT_EQ(beside->reader().count_chains(run, {}).value(), 8);
    }
    {
        // Also when it is asked outright.
        const auto db = Database::open(database_path(temp), OpenMode::kRead).value();
        static_cast<void>(db->exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    EXPECT_EQ(state_of(database_path(temp)), database);
    EXPECT_EQ(state_of(database_path(temp) + "-wal"), wal);
}

TEST(Project, ReaderCannotWrite) {
    const TempDir temp;
    new_project(temp);
    const auto db = Database::open(database_path(temp), OpenMode::kRead).value();
    EXPECT_FALSE(db->exec("DELETE FROM project"));
}

TEST(Project, CleanCloseLeavesOneFile) {
    const TempDir temp;
    auto project = new_project(temp);
    new_run(*project);
    ASSERT_TRUE(project->close());
    EXPECT_EQ(state_of(database_path(temp) + "-wal").bytes, -1);
    const auto db = Database::open(database_path(temp), OpenMode::kRead).value();
    EXPECT_EQ(db->query_text("SELECT value FROM project WHERE key='clean_shutdown'").value(), "1");
}

TEST(Project, WriterUsesThePromisedSettings) {
    const TempDir temp;
    new_project(temp);
    const auto db = Database::open(database_path(temp), OpenMode::kWrite).value();
    EXPECT_EQ(db->query_text("PRAGMA journal_mode").value(), "wal");
    EXPECT_EQ(db->query_integer("PRAGMA synchronous").value(), 2);
    EXPECT_EQ(db->query_integer("PRAGMA mmap_size").value(), 0);
    EXPECT_EQ(db->query_integer("PRAGMA wal_autocheckpoint").value(), 0);
    EXPECT_EQ(db->query_integer("PRAGMA foreign_keys").value(), 1);
    EXPECT_EQ(db->query_integer("PRAGMA trusted_schema").value(), 0);
    EXPECT_EQ(db->query_integer("PRAGMA cell_size_check").value(), 1);
    EXPECT_EQ(db->query_integer("PRAGMA secure_delete").value(), 1);
    EXPECT_EQ(db->query_integer("PRAGMA temp_store").value(), 2);
    // DEFENSIVE: the schema table cannot be edited.
    EXPECT_FALSE(db->exec("PRAGMA writable_schema=ON; DELETE FROM sqlite_schema"));
}

TEST(Project, NewerSchemaIsRefused) {
    const TempDir temp;
    new_project(temp);
    tamper(temp, "PRAGMA user_version=99");
    EXPECT_EQ(Project::open_writer(temp.file("project")).error().code, ErrorCode::kUnsupported);
    EXPECT_EQ(Project::open_reader(temp.file("project")).error().code, ErrorCode::kUnsupported);
}

TEST(Project, DatabasesOfOtherProgramsAreRefused) {
    const TempDir temp;
    new_project(temp);
    tamper(temp, "PRAGMA application_id=1");
    EXPECT_EQ(Project::open_writer(temp.file("project")).error().code, ErrorCode::kCorruptData);
    std::ofstream(database_path(temp), std::ios::trunc) << "not a database at all, just text ....";
    EXPECT_EQ(Project::open_writer(temp.file("project")).error().code, ErrorCode::kCorruptData);
    std::ofstream(database_path(temp), std::ios::trunc);
    EXPECT_EQ(Project::open_reader(temp.file("project")).error().code, ErrorCode::kCorruptData);
}

TEST(Project, ForeignTriggersAndViewsAreRefused) {
    for (const char* sql : {"CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM chain; END",
                            "CREATE VIEW v AS SELECT 1",
                            "CREATE TABLE extra(x)",
                            "DROP INDEX chain_problem"}) {
        const TempDir temp;
        new_project(temp);
        tamper(temp, sql);
        EXPECT_EQ(Project::open_writer(temp.file("project")).error().code, ErrorCode::kCorruptData)
            << sql;
        EXPECT_EQ(Project::open_reader(temp.file("project")).error().code, ErrorCode::kCorruptData)
            << sql;
    }
}

TEST(Project, SymbolicLinkInPlaceOfTheDatabaseIsRefused) {
    const TempDir temp;
    new_project(temp);
    ASSERT_EQ(::rename(database_path(temp).c_str(), temp.file("elsewhere").c_str()), 0);
    ASSERT_EQ(::symlink(temp.file("elsewhere").c_str(), database_path(temp).c_str()), 0);
    EXPECT_EQ(Project::open_writer(temp.file("project")).error().code, ErrorCode::kNotFound);
}

TEST(Project, DamageIsFoundAfterAnUncleanStop) {
    const TempDir temp;
    {
        const auto project = new_project(temp);
        const std::int64_t run = new_run(*project);
        util::Rng rng(2, util::RngStream::kTest);
        ASSERT_TRUE(project->runs().record_step(run, random_step(rng, "vrl", 1, 40)));
    }
    tamper(temp, "UPDATE project SET value='0' WHERE key='clean_shutdown'");
    const off_t size = state_of(database_path(temp)).bytes;
    {
        std::fstream file(database_path(temp), std::ios::in | std::ios::out | std::ios::binary);
        for (off_t at = 4096 * 12; at + 512 < size; at += 4096) {
            file.seekp(at);
            file << std::string(64, '\x5a');
        }
    }
    EXPECT_EQ(Project::open_writer(temp.file("project")).error().code, ErrorCode::kCorruptData);
}

/// Flips every byte and refuses to do anything for another row: what a sealing codec does.
class RowBoundCodec final : public store::ContentCodec {
  public:
    util::Result<std::string> encode(std::string_view bytes,
                                     const store::ContentId& id) const override {
        std::string stored = head(id);
        stored.append(bytes);
        for (char& c : stored) c = static_cast<char>(c ^ 0x55);
        return stored;
    }
    util::Result<std::string> decode(std::string_view stored,
                                     const store::ContentId& id) const override {
        std::string bytes(stored);
        for (char& c : bytes) c = static_cast<char>(c ^ 0x55);
        const std::string start = head(id);
        if (bytes.starts_with(start)) return bytes.substr(start.size());
        return util::fail(ErrorCode::kCorruptData, "value of another row");
    }

  private:
    static std::string head(const store::ContentId& id) {
        std::string text("\x02");
        text.append(id.table).append(".").append(id.column).append(".");
        return text.append(std::to_string(id.row)).append("|");
    }
};

TEST(Project, AllContentGoesThroughTheCodec) {
    const TempDir temp;
    const RowBoundCodec codec;
    util::Rng rng(3, util::RngStream::kTest);
    data::StepRecord step = random_step(rng, "vrl", 1, 2);
    const std::string canary = "CANARY-7741";
    for (data::ChainRecord& chain : step.chains) {
        chain.prompt = chain.completion = chain.extracted = canary;
        chain.gold = canary;
        chain.steps = util::Json::array({canary});
        chain.tokens.clear();
        for (const char c : canary + canary) chain.tokens.push_back(c * 0x01010101);
    }
    {
        const auto project =
            Project::create(temp.file("project"), "Sealed", {.codec = &codec}).value();
        const std::int64_t run = new_run(*project);
        ASSERT_TRUE(project->runs().record_step(run, step));
        const auto chains = project->reader().step_chains(run, "vrl", 1).value();
        ASSERT_EQ(chains.size(), 2u);
        EXPECT_EQ(first_difference(chains[0].record, step.chains[0]), "");
        EXPECT_EQ(project->reader().chains(run, {}).value()[0].extracted, canary);
    }
    std::ifstream file(database_path(temp), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    EXPECT_EQ(bytes.find(canary), std::string::npos);
    EXPECT_EQ(bytes.find("CCCCAAAANNNNAAAA"), std::string::npos);
    // Swapping two rows' values is noticed.
    {
        const auto db = Database::open(database_path(temp), OpenMode::kWrite).value();
        ASSERT_TRUE(
            db->exec("UPDATE chain SET prompt=(SELECT prompt FROM chain WHERE id=2)"
                     " WHERE id=1"));
    }
    const auto again = Project::open_reader(temp.file("project"), {.codec = &codec}).value();
    EXPECT_EQ(again->reader().chain(1).error().code, ErrorCode::kCorruptData);
    EXPECT_TRUE(again->reader().chain(2));
}

/// Runs body as an ordinary user who owns the folder (root may write everywhere); returns its exit
/// code.
template <typename Body>
int as_nobody(const TempDir& temp, Body body) {
    constexpr uid_t kNobody = 65534;
    const std::string own = "chown -R 65534:65534 '" + temp.path() + "'";
    if (::geteuid() == 0 && std::system(own.c_str()) != 0) return 99;
    const pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) ::_exit(98);
        ::_exit(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}

TEST(Project, ReadOnlyFolderCanBeReadAfterACleanClose) {
    const TempDir temp;
    {
        const auto project = new_project(temp);
        new_run(*project);
    }
    const std::string dir = temp.file("project");
    const int code = as_nobody(temp, [&] {
        if (::chmod(dir.c_str(), 0500) != 0) return 2;
        const auto project = Project::open_reader(dir);
        const bool found = project && (*project)->reader().list_runs().value().size() == 1;
        ::chmod(dir.c_str(), 0700);
        return found ? 0 : 1;
    });
    EXPECT_EQ(code, 0);
}

TEST(Project, ReadOnlyFolderWithAWalIsRefused) {
    const TempDir temp;
    const std::string dir = temp.file("project");
    const pid_t child = ::fork();
    if (child == 0) {
        const auto project = new_project(temp);
        new_run(*project);
        ::_exit(0);  // without closing: the rows are in the WAL only
    }
    ::waitpid(child, nullptr, 0);
    ASSERT_GT(state_of(database_path(temp) + "-wal").bytes, 0);
    const int code = as_nobody(temp, [&] {
        if (::chmod(dir.c_str(), 0500) != 0) return 2;
        const auto project = Project::open_reader(dir);
        ::chmod(dir.c_str(), 0700);
        if (project) return 1;
        return project.error().code == ErrorCode::kUnsupported ? 0 : 3;
    });
    EXPECT_EQ(code, 0);
    EXPECT_EQ(writer(temp)->reader().list_runs().value().size(), 1u);
}

TEST(Project, PathsWithUriCharactersOpen) {
    const TempDir temp;
    const std::string dir = temp.file("50% of ?immutable=1#x \xc3\xa4");
    { ASSERT_TRUE(Project::create(dir, "odd")); }
    EXPECT_EQ(Project::open_reader(dir).value()->info().name, "odd");
}

}  // namespace
}  // namespace veritune::test
