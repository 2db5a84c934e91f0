#pragma once

#include "tests/support/case_rows.h"

#include <QObject>
#include <QTemporaryDir>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace ipclab {

/// Long enough for whatever must happen.
inline constexpr std::chrono::seconds generous{30};

/// One contract over every mechanism of the catalogue and every way to wait that it supports. After each test
/// no process, no descriptor and no name may be left.
class ConformanceTest : public QObject {
    Q_OBJECT

protected:
    NameJournal& journal() { return *m_journal; }
    /// Are to be gone after the test.
    void rememberQueues(const Channel& channel);

private slots:
    void init();
    void cleanup();

private:
    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
    QStringList m_descriptors;
    std::vector<std::string> m_queues;
    std::vector<int> m_systemVQueues;
};

/// The bytes of a small message of which this mechanism is capable.
std::size_t smallSizeOf(const Case& row);

/// The body of a process that joins its end, and does nothing with it until it is told.
void standBy(Endpoint& endpoint, const Talk& talk);

} // namespace ipclab
