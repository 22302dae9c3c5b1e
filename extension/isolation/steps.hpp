// What isolate() and release() do to a table: statements that are run and kept for the answer, and those that would
// take them back.
#pragma once

#include "pg/spi.hpp"

namespace rowhouse::isolation {

class steps {
public:
    // With `dry_run` nothing is run.
    steps(pg::spi& sql, bool dry_run) : sql_(sql), dry_run_(dry_run) {}

    void run(const std::string& statement) {
        if (!dry_run_) sql_.run(statement);
        statements_.push_back(statement);
    }
    // As run(); `undo` restores what was there before. Undone is in the opposite order.
    void run(const std::string& statement, const std::string& undo) {
        run(statement);
        undo_.insert(undo_.begin(), undo);
    }
    // For the reader: what a statement that follows costs.
    void note(const std::string& text) {
        if (dry_run_) statements_.push_back("-- " + text);
    }

    bool dry_run() const { return dry_run_; }
    const std::vector<std::string>& statements() const { return statements_; }
    const std::vector<std::string>& undo() const { return undo_; }

private:
    pg::spi& sql_;
    bool dry_run_;
    std::vector<std::string> statements_;
    std::vector<std::string> undo_;
};

} // namespace rowhouse::isolation
