#pragma once

#include "tests/support/channel_fixture.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

Q_DECLARE_METATYPE(ipclab::Case)

namespace ipclab {

/// One contract over every mechanism of the catalogue and every way to wait that it supports. After each test
/// no process, no descriptor and no name may be left.
class ConformanceTest : public QObject {
    Q_OBJECT

protected:
    /// Long enough for whatever must happen.
    static constexpr std::chrono::seconds generous{30};

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

/// Those of all cases that are meant, in a column "row".
template <typename Predicate>
void addRows(Predicate isMeant)
{
    QTest::addColumn<Case>("row");
    for (const Case& row : allCases())
        if (isMeant(row))
            QTest::newRow(row.name.c_str()) << row;
}

/// The bytes of a small message of which this mechanism is capable.
std::size_t smallSizeOf(const Case& row);

/// For QCOMPARE, which shows no std::string.
QString text(const std::string& words);

} // namespace ipclab
