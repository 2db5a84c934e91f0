# Completion of ipclab-cli for bash. Ids, keys and their values come from the program itself, so that they are
# always those of the installed version.

# Prints what the program knows, one word a line; nothing if it fails.
_ipclab_cli_words()
{
    "${COMP_WORDS[0]}" complete "$@" 2>/dev/null </dev/null
}

_ipclab_cli_complete_words()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# Completes what follows --set; fails if the cursor is elsewhere. bash takes KEY=VALUE apart at the equals sign,
# which is a word of its own.
_ipclab_cli_complete_setting()
{
    local at=$COMP_CWORD
    if [[ ${COMP_WORDS[at]} == = && ${COMP_WORDS[at - 2]} == --set ]]; then
        _ipclab_cli_complete_words "$(_ipclab_cli_words values "${COMP_WORDS[at - 1]}")" ''
    elif ((at >= 3)) && [[ ${COMP_WORDS[at - 1]} == = && ${COMP_WORDS[at - 3]} == --set ]]; then
        _ipclab_cli_complete_words "$(_ipclab_cli_words values "${COMP_WORDS[at - 2]}")" "${COMP_WORDS[at]}"
    elif [[ ${COMP_WORDS[at - 1]} == --set ]]; then
        mapfile -t COMPREPLY < <(compgen -S = -W "$(_ipclab_cli_words keys)" -- "${COMP_WORDS[at]}")
        compopt -o nospace
    else
        return 1
    fi
}

_ipclab_cli_complete_run()
{
    local current=${COMP_WORDS[COMP_CWORD]}
    _ipclab_cli_complete_setting && return
    case ${COMP_WORDS[COMP_CWORD - 1]} in
        --preset) _ipclab_cli_complete_words "$(_ipclab_cli_words presets)" "$current" ;;
        --json) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        --csv) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        --fault) ;;
        *)
            if [[ $current == -* ]]; then
                _ipclab_cli_complete_words '--preset --set --fault --json --csv --quiet --help' "$current"
            else
                mapfile -t COMPREPLY < <(compgen -f -- "$current")
            fi
            ;;
    esac
}

_ipclab_cli()
{
    local current=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        _ipclab_cli_complete_words 'run list describe check capacity cores sizes clean --help --version' "$current"
        return
    fi
    case ${COMP_WORDS[1]} in
        run) _ipclab_cli_complete_run ;;
        list) _ipclab_cli_complete_words 'mechanisms profiles sizes presets --json --help' "$current" ;;
        cores)
            case ${COMP_WORDS[COMP_CWORD - 1]} in
                --mechanism) _ipclab_cli_complete_words "$(_ipclab_cli_words mechanisms)" "$current" ;;
                --json | --csv) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
                *) _ipclab_cli_complete_words '--mechanism --time --json --csv --quiet --help' "$current" ;;
            esac
            ;;
        sizes)
            case ${COMP_WORDS[COMP_CWORD - 1]} in
                --csv) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
                *)
                    _ipclab_cli_complete_words \
                        "$(_ipclab_cli_words mechanisms) --trials --csv --quiet --help" "$current"
                    ;;
            esac
            ;;
        capacity)
            _ipclab_cli_complete_setting ||
                _ipclab_cli_complete_words "$(_ipclab_cli_words mechanisms) --set --json --help" "$current"
            ;;
        describe) _ipclab_cli_complete_words "$(_ipclab_cli_words mechanisms) --json --help" "$current" ;;
        check) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        clean) _ipclab_cli_complete_words '--dry-run --help' "$current" ;;
    esac
}

complete -o filenames -F _ipclab_cli ipclab-cli
