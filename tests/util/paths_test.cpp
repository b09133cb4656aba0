// SPDX-License-Identifier: Apache-2.0
#include "core/util/file_system.h"
#include "tests/support/fault_file_system.h"

#include <gtest/gtest.h>

namespace veritune::util {
namespace {

using test::FaultFileSystem;

TEST(Paths, Join) {
    EXPECT_EQ(join_path("a", "b"), "a/b");
    EXPECT_EQ(join_path("a/", "b"), "a/b");
    EXPECT_EQ(join_path("", "b"), "b");
    EXPECT_EQ(join_path("/", "b"), "/b");
}

TEST(Paths, BaseAndParent) {
    struct Row {
        const char* path;
        const char* base;
        const char* parent;
    };
    // As POSIX basename(1) and dirname(1) say.
    for (const Row& row : {Row{"a/b", "b", "a"},
                           Row{"/a", "a", "/"},
                           Row{"a", "a", "."},
                           Row{"a/b/", "b", "a"},
                           Row{"/", "/", "/"},
                           Row{"a//b", "b", "a"},
                           Row{"/a/b/c", "c", "/a/b"}}) {
        EXPECT_EQ(base_name(row.path), row.base) << row.path;
        EXPECT_EQ(parent_path(row.path), row.parent) << row.path;
    }
}

TEST(MakeDirs, MakesEveryAncestorDurably) {
    FaultFileSystem fs;
    ASSERT_TRUE(make_dirs(fs, "/a/b/c"));
    ASSERT_TRUE(make_dirs(fs, "/a/b/c"));
    fs.power_cycle();
    EXPECT_TRUE(fs.stat("/a/b/c").value().is_directory);
    ASSERT_TRUE(make_dirs(fs, "x/y"));
    EXPECT_TRUE(fs.stat("x/y"));
}

TEST(MakeDirs, RefusesWhenAFileIsInTheWay) {
    FaultFileSystem fs;
    ASSERT_TRUE(fs.create("/a"));
    EXPECT_EQ(make_dirs(fs, "/a").error().code, ErrorCode::kAlreadyExists);
    EXPECT_FALSE(make_dirs(fs, "/a/b"));
}

TEST(RemoveTree, RemovesEverythingBelowAndAcceptsNothing) {
    FaultFileSystem fs;
    ASSERT_TRUE(make_dirs(fs, "/t/a/b"));
    ASSERT_TRUE(atomic_write(fs, "/t/a/f", "1"));
    ASSERT_TRUE(atomic_write(fs, "/keep", "2"));
    ASSERT_TRUE(remove_tree(fs, "/t"));
    EXPECT_EQ(fs.list("/").value(), std::vector<std::string>{"keep"});
    EXPECT_TRUE(remove_tree(fs, "/t"));
    EXPECT_TRUE(remove_tree(fs, "/keep"));
}

}  // namespace
}  // namespace veritune::util
