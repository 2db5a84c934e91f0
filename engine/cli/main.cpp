#include "engine/base/failure.h"
#include "engine/cli/command_line.h"
#include "engine/cli/standard_streams.h"

#include <exception>

int main(int argumentCount, char** arguments)
{
    using namespace ipclab;
    ExitStatus status = ExitStatus::Failure;
    try {
        prepareStandardStreams();
        status = runCommandLine(argumentCount, arguments);
    } catch (const UsageError& error) {
        for (const std::string& sentence : error.sentences())
            complain(sentence);
        status = ExitStatus::Usage;
    } catch (const FailureError& error) {
        complain(error.what());
    } catch (const std::system_error& error) {
        complain(explain(error, "go on").sentence());
    } catch (const std::exception& error) {
        complain(error.what());
    }
    return static_cast<int>(status);
}
